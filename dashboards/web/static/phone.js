// The runner's page: draws the state the server sends; decides nothing about form.

import { Ledger } from "./ledger.js";
import { exchangeToken, post } from "./session.js";
import { Voice } from "./voice.js";

const CUE_SHOWN_S = 12;
const NOTICE_SHOWN_S = 20;
const SILENT_S = 3.5; // the server says something every second
const RETRY_MS = 2000;

const runner = location.pathname.split("/").pop();
const at = (id) => document.getElementById(id);
const ledger = new Ledger();
const voice = new Voice();

let state = null; // the newest from the server
let heardAt = -Infinity; // page seconds of that
let cueUntil = -Infinity;
let refused = false;

const now = () => performance.now() / 1000;
const set = (element, text) => {
  if (element.textContent !== text) element.textContent = text;
};

function drawForm() {
  document.body.dataset.tone = state.tone;
  document.body.dataset.arrow = state.arrow;
  set(at("word"), state.word);
  at("word").style.setProperty("--chars", Math.max(7, state.word.length));
  set(at("cadence"), state.cadence_spm === null ? "–" : String(Math.round(state.cadence_spm)));
  set(at("name"), state.simulated ? `${state.name} · simulated` : state.name);
  set(at("baseline"), state.baseline);
  set(at("distance"), state.distance);
  voice.quiet = state.quiet;
  at("quiet").setAttribute("aria-pressed", String(state.quiet));
  set(at("quiet"), state.quiet ? "Quiet is on" : "Quiet");
}

const PODS = { connected: "pod on", searching: "searching", lost: "pod lost", silent: "pod silent", "no slot": "no connection free", unknown: "no pod" };

function drawLegs() {
  for (const leg of document.querySelectorAll(".leg")) {
    const side = leg.dataset.side;
    const sensor = state.sensors[side];
    const impact = state.impact_g[side];
    const lost = sensor.state !== "connected";
    leg.dataset.state = sensor.state;
    const silence = state.silent_s[side];
    const pod = PODS[sensor.state] + (silence === null ? "" : ` ${Math.round(silence)} s`);
    const low = sensor.battery_pct !== null && sensor.battery_pct < 20;
    set(leg.querySelector(".pod-text"), low && !lost ? `battery ${Math.round(sensor.battery_pct)} %` : pod);
    set(leg.querySelector(".g"), lost || impact === null ? "–" : `${impact.toFixed(1)} g`);
  }
}

function drawCue() {
  const cue = state.cue;
  if (cue && voice.cue(cue)) {
    cueUntil = now() + CUE_SHOWN_S;
    at("cue").dataset.kind = cue.kind;
    set(at("cue-text"), cue.text);
    set(at("cue-why"), cue.why);
    set(at("speaker"), cue.text);
  }
  const shows = now() < cueUntil;
  at("cue").hidden = !shows;
  at("form").hidden = shows;
  const notice = state.notices[state.notices.length - 1];
  const silence = now() - heardAt;
  const news = notice && notice.text !== state.word && notice.age_s + silence < NOTICE_SHOWN_S;
  set(at("status"), news ? notice.text : "");
  set(at("why"), cue && state.tone === "watch" ? cue.why : "");
}

// Data age: what the server said plus the time since it said so.
function drawAge() {
  const silence = now() - heardAt;
  let link = "live";
  let text = "live";
  if (refused) {
    [link, text] = ["lost", "scan the QR code again"];
  } else if (state === null) {
    [link, text] = ["waiting", "connecting"];
  } else if (silence > SILENT_S) {
    [link, text] = ["lost", `connection lost ${ago(silence + (state.age_s ?? 0))}`];
  } else if (state.age_s === null) {
    [link, text] = ["waiting", "no data yet"];
  } else if (state.age_s + silence > state.live_within_s) {
    [link, text] = ["late", `data ${ago(state.age_s + silence)}`];
  }
  document.body.dataset.link = link;
  set(at("age-text"), text);
}

function ago(seconds) {
  if (seconds < 90) return `${Math.round(seconds)} s ago`;
  return `${Math.round(seconds / 60)} min ago`;
}

function take(event) {
  state = JSON.parse(event.data);
  heardAt = now();
  refused = false;
  drawForm();
  drawLegs();
  drawCue();
  drawAge();
  ledger.note(state.new);
}

function listen() {
  const source = new EventSource(`/events/${runner}`);
  source.addEventListener("state", take);
  source.onerror = async () => {
    if (source.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
    source.close();
    refused = await isRefused();
    setTimeout(listen, RETRY_MS);
  };
}

async function isRefused() {
  try {
    const answer = await fetch("/api/v1/clock", { cache: "no-store" });
    return answer.status === 401 || answer.status === 403;
  } catch {
    return false;
  }
}

async function keepAwake() {
  try {
    await navigator.wakeLock.request("screen");
    return true;
  } catch {
    return false; // needs HTTPS, and not every phone has it
  }
}

function wireButtons() {
  at("start").showModal();
  at("start").addEventListener("cancel", (event) => event.preventDefault());
  if (!navigator.wakeLock) {
    set(at("start-note"), "Set your screen to stay on: a sleeping page is silent.");
  }
  at("start-button").addEventListener("click", () => {
    voice.unlock();
    at("start").close();
    keepAwake();
  });
  at("quiet").addEventListener("click", () => {
    const quiet = at("quiet").getAttribute("aria-pressed") !== "true";
    post(`/api/v1/quiet/${runner}`, { quiet });
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && voice.unlocked) keepAwake();
  });
}

wireButtons();
setInterval(() => { if (state) drawCue(); drawAge(); }, 500);
await exchangeToken();
listen();
ledger.run();
