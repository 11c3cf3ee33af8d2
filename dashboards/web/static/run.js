// One run: facts, pictures, and another run beside it; every five seconds while it goes on.

import { compare } from "./compare.js";
import { label, t } from "./coach_strings.js";
import { clock, day, km, set } from "./figures.js";
import { show } from "./pictures.js";
import { get, pair } from "./session.js";

const LIVE_MS = 5000;
const [, , runner, session] = location.pathname.split("/").map(decodeURIComponent);
const address = (which) => `/api/v1/sessions/${encodeURIComponent(runner)}/${encodeURIComponent(which)}/figures`;
const at = (id) => document.getElementById(id);
let view = null;
let beside = null;

function fact(name, value) {
  const pairOf = document.createElement("div");
  const term = document.createElement("dt");
  const told = document.createElement("dd");
  term.textContent = t(name);
  told.textContent = value;
  pairOf.append(term, told);
  return pairOf;
}

function facts() {
  const cues = view.cues_shown === null ? null : Object.values(JSON.parse(view.cues_shown)).reduce((a, b) => a + b, 0);
  const far = view.distance_m === null ? t("unknown") : `${km(view.distance_m)} (${view.distance_source})`;
  const known = [
    ["distance", far],
    ["time", clock(view.running_s ?? view.until_s)],
    ["shoe", view.shoe_name ?? view.shoe],
    ["surface", view.surface],
    ["effort", view.exertion === null ? null : t("effortOf", { n: view.exertion })],
    ["driftAlarms", view.drift_alarms],
    ["cues", cues],
  ];
  at("facts").replaceChildren(...known.filter(([, value]) => value !== null && value !== undefined).map(([name, value]) => fact(name, String(value))));
}

function draw() {
  document.title = `${view.name} · ${view.day ?? day(view.started_utc_ns)} · stridecue`;
  const notes = [view.name, view.day ?? day(view.started_utc_ns), view.simulated ? t("simulated") : ""];
  set(at("name"), notes.filter(Boolean).join(" · "));
  facts();
  for (const picture of view.pictures) show(at("pictures"), picture);
  set(at("judged"), view.version ? t("judgedBy", { version: view.version, configuration: view.configuration, source: view.source }) : t("judgedUnknown", { source: view.source }));
  if (beside) compare(view, beside);
}

function others() {
  const other = at("other");
  const texts = view.others.map((run) => [run.session, [run.day ?? day(run.started_utc_ns), run.distance_m === null ? "" : km(run.distance_m)].filter(Boolean).join(" · ")]);
  other.replaceChildren(new Option(t("noOther"), ""), ...texts.map(([value, text]) => new Option(text, value)));
  other.disabled = texts.length === 0;
  other.addEventListener("change", async () => {
    beside = other.value ? await get(address(other.value)) : null;
    compare(view, beside);
  });
}

async function refresh() {
  try {
    const told = await get(view === null ? address(session) : `${address(session)}?have=${encodeURIComponent(view.state)}`);
    const first = view === null;
    if (told.pictures) {
      view = told;
      draw();
      if (first) others();
    }
    set(at("link"), told.live ? t("live") : "");
    if (told.live) setTimeout(refresh, LIVE_MS);
  } catch (error) {
    const gone = /: 404$/.test(error.message);
    set(at("link"), t(/: 40[13]$/.test(error.message) ? "openLink" : gone ? "noRun" : "connectionLost"));
    if (!/: 4\d\d$/.test(error.message)) setTimeout(refresh, LIVE_MS);
  }
}

label();
at("runner").href = `/runner/${encodeURIComponent(runner)}`;
await pair();
refresh();
