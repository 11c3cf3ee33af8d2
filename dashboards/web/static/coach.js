// The coach's page: every runner's state, asked for once a second; nothing is worked out here.

import { openRoster } from "./roster.js";
import { pair, get } from "./session.js";

const EVERY_MS = 1000;
const rows = new Map();
const set = (element, text) => {
  if (element.textContent !== text) element.textContent = text;
};
const figure = (value, digits = 0) => (value === null ? "–" : value.toFixed(digits));

function ago(seconds) {
  if (seconds < 90) return `${Math.round(seconds)} s ago`;
  return `${Math.round(seconds / 60)} min ago`;
}

// A fresh link and its QR code: yesterday's no longer opens anything.
async function pairPhone(runner) {
  const { address, qr } = await get(`/api/v1/link/${runner}`);
  const link = document.getElementById("pairing-link");
  link.href = address;
  link.textContent = address.split("#")[0];
  document.getElementById("pairing-code").src = `data:image/svg+xml,${encodeURIComponent(qr)}`;
  document.getElementById("pairing").showModal();
}

function rowOf(runner) {
  if (!rows.has(runner)) {
    const row = document.getElementById("row").content.firstElementChild.cloneNode(true);
    row.querySelector(".pair").addEventListener("click", () => pairPhone(runner));
    document.getElementById("runners").append(row);
    rows.set(runner, row);
  }
  return rows.get(runner);
}

const PODS = { connected: "on", searching: "searching", lost: "lost", silent: "silent", "no slot": "no connection free", unknown: "none" };

function draw(state) {
  const row = rowOf(state.runner);
  const fresh = state.age_s !== null && state.age_s <= state.live_within_s;
  row.dataset.tone = state.tone;
  row.dataset.arrow = state.arrow;
  row.dataset.fresh = String(fresh);
  const at = (name) => row.querySelector(`.${name}`);
  set(at("name"), state.name);
  set(at("label"), [state.simulated ? "simulated" : "", state.baseline, state.quiet ? "quiet" : ""].filter(Boolean).join(" · "));
  set(at("word"), state.word);
  set(at("cadence"), figure(state.cadence_spm));
  set(at("impact"), `${figure(state.impact_g.left, 1)} · ${figure(state.impact_g.right, 1)}`);
  const pods = ["left", "right"].map((side) => `${side[0].toUpperCase()} ${PODS[state.sensors[side].state]}`);
  set(at("pods"), pods.join(" · "));
  const cue = state.cue;
  set(at("cue-text"), cue ? cue.text : "none");
  set(at("cue-why"), cue ? [ago(cue.age_s), cue.why].filter(Boolean).join(" · ") : "");
  set(at("age"), state.age_s === null ? "no data yet" : fresh ? "live" : ago(state.age_s));
}

async function refresh() {
  try {
    const states = await get("/api/v1/runners");
    states.forEach(draw);
    set(document.getElementById("link"), states.length === 1 ? "1 runner" : `${states.length} runners`);
  } catch (error) {
    const refused = /: 40[13]$/.test(error.message);
    set(document.getElementById("link"), refused ? "open the team link first" : "connection lost");
    for (const row of rows.values()) row.dataset.fresh = "false";
  }
  setTimeout(refresh, EVERY_MS);
}

await pair();
openRoster();
refresh();
