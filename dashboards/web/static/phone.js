// The runner's page: draws the state the server sends; decides nothing about form.

import { showSummary, openLast } from "./after.js";
import { askForPain, openBody } from "./body.js";
import { keepAwake, makeInstallable, securePlace } from "./device.js";
import { Ledger } from "./ledger.js";
import { send, sendWaiting } from "./outbox.js";
import { linkToken, pair } from "./session.js";
import { drawChecks, openSetup, options } from "./setup.js";
import { openSharing } from "./sharing.js";
import { Sound } from "./sound.js";
import { label, pod, said, t } from "./strings.js";
import { Voice } from "./voice.js";

const CUE_SHOWN_S = 12;
const NOTICE_SHOWN_S = 20;
const SILENT_S = 3.5; // the server says something every second
const RETRY_MS = 2000;
const HIDDEN_TOLD_S = 5; // a glance at another app is not worth a word

const runner = location.pathname.split("/").pop();
const at = (id) => document.getElementById(id);
const ledger = new Ledger();
const voice = new Voice();
const sound = new Sound();

let state = null; // the newest from the server
let heardAt = -Infinity; // page seconds of that
let cueUntil = -Infinity;
let refused = false;
let wantsQuiet = null; // what the runner pressed last; a server that was restarted may not know
let word = ""; // of the page's own, shown for a while
let wordUntil = -Infinity;
let hiddenAt = null;

const now = () => performance.now() / 1000;
const set = (element, text) => {
  if (element.textContent !== text) element.textContent = text;
};

function tell(text) {
  word = text;
  wordUntil = now() + NOTICE_SHOWN_S;
}

function drawForm() {
  document.body.dataset.tone = state.tone;
  document.body.dataset.arrow = state.arrow;
  set(at("word"), said(state.word));
  at("word").style.setProperty("--chars", Math.max(7, said(state.word).length));
  set(at("cadence"), state.cadence_spm === null ? "–" : String(Math.round(state.cadence_spm)));
  set(at("name"), state.simulated ? t("simulated", state) : state.name);
  const guidance = state.guidance;
  const aims = guidance?.cadence_spm && !guidance.silent; // in silence nothing is asked for
  set(at("unit"), aims ? t("stepsAimFor", { n: Math.round(guidance.cadence_spm) }) : t("stepsAMinute"));
  const session = guidance?.programme_session;
  set(at("baseline"), session ? t("guidedSession", { n: session }) : state.baseline);
  set(at("distance"), state.distance);
  voice.quiet = state.quiet || wantsQuiet === true;
  at("quiet").setAttribute("aria-pressed", String(voice.quiet));
  set(at("quiet"), voice.quiet ? t("quietOn") : t("quiet"));
  if (voice.quiet || guidance?.silent) sound.silence();
}

function drawLegs() {
  for (const leg of document.querySelectorAll(".leg")) {
    const side = leg.dataset.side;
    const sensor = state.sensors[side];
    const impact = state.impact_g[side];
    const lost = sensor.state !== "connected";
    leg.dataset.state = sensor.state;
    const silence = state.silent_s[side];
    const text = pod(sensor.state) + (silence === null ? "" : ` ${Math.round(silence)} s`);
    const low = sensor.battery_pct !== null && sensor.battery_pct < 20;
    set(leg.querySelector(".pod-text"), low && !lost ? t("battery", { n: Math.round(sensor.battery_pct) }) : text);
    set(leg.querySelector(".g"), lost || impact === null ? "–" : `${impact.toFixed(1)} g`);
  }
}

function drawCue() {
  const cue = state.cue;
  if (cue && !state.over && voice.cue(cue)) {
    cueUntil = now() + CUE_SHOWN_S;
    at("cue").dataset.kind = cue.kind;
    set(at("cue-text"), said(cue.text));
    set(at("cue-why"), cue.why);
    set(at("speaker"), said(cue.text));
    if (cue.metronome && options.metronome && !voice.quiet) {
      sound.metronome(cue.metronome.spm, cue.metronome.length_s);
    }
  }
  const shows = now() < cueUntil;
  at("cue").hidden = !shows;
  at("form").hidden = shows;
  set(at("why"), cue && state.tone === "watch" ? cue.why : "");
}

function drawStatus() {
  const silence = now() - heardAt;
  const notice = state?.notices.at(-1);
  const news = notice && notice.text !== state.word && notice.age_s + silence < NOTICE_SHOWN_S;
  if (state && silence > SILENT_S) set(at("status"), t("offline"));
  else if (now() < wordUntil) set(at("status"), word);
  else if (news) set(at("status"), said(notice.text));
  else if (state?.guidance?.silent && !state.over) set(at("status"), t("silentPart"));
  else set(at("status"), state?.pages > 1 ? t("otherPhone", { n: state.pages }) : "");
}

// Data age: what the server said plus the time since it said so.
function drawAge() {
  const silence = now() - heardAt;
  let link = "live";
  let text = t("live");
  if (refused) {
    [link, text] = ["lost", t("scanAgain")];
  } else if (state === null) {
    [link, text] = ["waiting", t("connecting")];
  } else if (silence > SILENT_S) {
    [link, text] = ["lost", t("connectionLost", { ago: ago(silence + (state.age_s ?? 0)) })];
  } else if (state.age_s === null) {
    [link, text] = ["waiting", t("noDataYet")];
  } else if (state.age_s + silence > state.live_within_s) {
    [link, text] = ["late", t("dataAge", { ago: ago(state.age_s + silence) })];
  }
  document.body.dataset.link = link;
  set(at("age-text"), text);
}

function ago(seconds) {
  if (seconds < 90) return t("secondsAgo", { n: Math.round(seconds) });
  return t("minutesAgo", { n: Math.round(seconds / 60) });
}

function take(event) {
  const before = state;
  state = JSON.parse(event.data);
  heardAt = now();
  refused = false;
  if (before && before.boot !== state.boot) {
    tell(t("restarted"));
    if (wantsQuiet && !state.quiet) send(`/api/v1/quiet/${runner}`, { quiet: true });
  }
  if (before?.boot !== state.boot) sendWaiting();
  else if (before.quiet !== state.quiet) wantsQuiet = state.quiet;
  drawForm();
  drawLegs();
  drawCue();
  drawAge();
  drawStatus();
  if (at("start").open) drawChecks(state);
  if (state.over && state.summary) showSummary(runner, state.summary);
  const sounds = (options.stepSound || state.guidance?.impact_sound) && !state.guidance?.silent;
  if (sounds && voice.unlocked && !voice.quiet) soundSteps(state.new);
  ledger.note(state.new);
}

function soundSteps(ids) {
  const side = ["left", "right"].find((one) => ids.some((id) => id.split("/")[2] === one));
  const limit = state.guidance?.impact_limit_g[side] ?? 0; // without one every landing is heard
  if (side && state.impact_g[side] > limit) sound.step(state.impact_g[side]);
}

function listen() {
  const source = new EventSource(`/events/${runner}`);
  source.addEventListener("state", take);
  source.addEventListener("full", () => tell(t("full")));
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

function start() {
  voice.unlock();
  sound.unlock();
  at("start").close();
  keepAwake();
}

function wireButtons() {
  at("start-button").addEventListener("click", start);
  at("quiet").addEventListener("click", () => {
    wantsQuiet = !voice.quiet;
    voice.quiet = wantsQuiet;
    if (wantsQuiet) {
      voice.hush(); // at once, whatever the network does
      sound.silence();
    }
    send(`/api/v1/quiet/${runner}`, { quiet: wantsQuiet });
  });
  at("pain-button").addEventListener("click", () => askForPain(runner, "during", state?.session, tell));
  at("after-pain").addEventListener("click", () => askForPain(runner, "after", state?.session, tell));
  at("stop").addEventListener("click", () => at("stop-ask").showModal());
  at("stop-no").addEventListener("click", () => at("stop-ask").close());
  at("stop-yes").addEventListener("click", () => {
    at("stop-ask").close();
    voice.hush();
    sound.silence();
    send(`/api/v1/stop/${runner}`, {});
  });
  at("last-run").addEventListener("click", () => openLast(runner));
}

function wireVisibility() {
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") {
      hiddenAt = now();
      return;
    }
    if (!voice.unlocked) return;
    keepAwake(); // the lock goes with the page
    const away = hiddenAt === null ? 0 : now() - hiddenAt;
    if (away > HIDDEN_TOLD_S) tell(t("hiddenFor", { n: Math.round(away) }));
  });
}

function tick() {
  if (state) drawCue();
  drawAge();
  drawStatus();
}

label();
wireButtons();
wireVisibility();
const token = linkToken();
const place = await securePlace();
if (place?.trusted && token) {
  location.replace(`${place.address}/run/${runner}#${token}`); // before the token travels in plain
} else {
  openSetup(runner, place);
  makeInstallable(runner);
  setInterval(tick, 500);
  await pair();
  openBody(runner, tell);
  openSharing(runner);
  listen();
  ledger.run();
}
