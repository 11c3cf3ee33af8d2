# Makes .venv and installs what uv.lock pins. Sourced by the other scripts, which set $root first.

# A distribution's interpreter comes first: it is built with the help of a profile, which one that was
# built on the spot mostly is not. Of the same version it is a quarter quicker at a simulated season.
find_python() {
    for name in /usr/bin/python3.13 /usr/bin/python3.12 /usr/bin/python3.11 /usr/bin/python3 \
        python3.13 python3.12 python3.11 python3; do
        if command -v "$name" >/dev/null 2>&1 \
            && "$name" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' >/dev/null 2>&1; then
            echo "$name"
            return
        fi
    done
    echo "stridecue needs Python 3.11, 3.12 or 3.13 with the venv module (Debian: apt-get install python3-venv)" >&2
    exit 2
}

uv_sync() {
    UV_PROJECT_ENVIRONMENT="$root/.venv" UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy \
        "$root/.venv/bin/uv" sync --quiet --frozen --inexact --project "$root" --python "$root/.venv/bin/python" "$@"
}

# ensure_environment [uv sync options]: nothing to do when the lock and the options are as last time
ensure_environment() {
    want="$(cat "$root/uv.lock" "$root/pyproject.toml" | cksum) $*"
    [ "$(cat "$root/.venv/.installed" 2>/dev/null)" = "$want" ] && return
    if [ ! -x "$root/.venv/bin/python" ]; then
        python="$(find_python)" || exit 2
        echo "Setting up .venv with $("$python" --version) (once; about a minute)" >&2
        "$python" -m venv "$root/.venv"
    fi
    [ -x "$root/.venv/bin/uv" ] || "$root/.venv/bin/python" -m pip install --quiet --disable-pip-version-check 'uv==0.13.*'
    # uv trusts its own certificates; a network with a proxy of its own is trusted by the system's.
    uv_sync "$@" 2>/dev/null || uv_sync --system-certs "$@"
    echo "$want" > "$root/.venv/.installed"
}
