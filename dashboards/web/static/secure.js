// Tells whether this phone trusts the certificate, and how it comes to.

import { get } from "./session.js";

const at = (id) => document.getElementById(id);
const came = new URLSearchParams(location.search).get("runner");

async function look() {
  let found;
  try {
    found = await get("/api/v1/secure");
  } catch {
    at("state").textContent = "There is no HTTPS here.";
    return;
  }
  at("fingerprint").textContent = found.fingerprint ?? "";
  let trusted = location.protocol === "https:" || found.fingerprint === null;
  try {
    await fetch(`${found.address}/healthz`, { mode: "no-cors", cache: "no-store" });
    trusted = true;
  } catch { /* not yet */ }
  at("state").textContent = trusted ? "This browser trusts this machine." : "This browser does not trust this machine yet.";
  at("how").hidden = trusted;
  at("go").hidden = !trusted;
  const link = came && trusted ? await get(`/api/v1/link/${encodeURIComponent(came)}`).catch(() => null) : null;
  at("go").href = link?.address ?? `${found.address}/`;
}

look();
