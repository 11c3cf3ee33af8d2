// What both pages share: the link's token becomes a cookie, and calls to the server.

export async function exchangeToken() {
  const token = decodeURIComponent(location.hash.slice(1));
  if (!token) return;
  const answer = await post("/api/v1/session", { token });
  if (answer.ok) history.replaceState(null, "", location.pathname); // keep the token off the screen
}

export function post(path, body) {
  return fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    keepalive: true,
  });
}

export async function get(path) {
  const answer = await fetch(path, { cache: "no-store" });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}
