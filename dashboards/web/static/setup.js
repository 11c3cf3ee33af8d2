// Before the run: the sensors, what is run in and on, what is off here, and the tap on Start.

import { fetchLast, hasLast } from "./after.js";
import { applyTheme, install, isApple, offHere, suspendsHidden } from "./device.js";
import { watchSpeed } from "./gps.js";
import { send } from "./outbox.js";
import { get, post } from "./session.js";
import { pod, said, t } from "./strings.js";

const KEY = "stridecue-options";
const GOOD_DBM = -70; // of a chest-to-shoe link: below -85 packets begin to be lost
const FAIR_DBM = -85;
const STILL_WAIT_S = 20;

export const options = { metronome: false, stepSound: false };
const at = (id) => document.getElementById(id);

let stillAsked = null; // when the check was asked for
let endSpeed = null;

function signal(dbm) {
  if (dbm === null) return null;
  if (dbm >= GOOD_DBM) return t("signalGood");
  return dbm >= FAIR_DBM ? t("signalFair") : t("signalWeak");
}

function check(side, sensor) {
  const placement = sensor.placement === null ? "" : t(sensor.placement);
  const good = sensor.state === "connected";
  const battery = sensor.battery_pct === null ? t("batteryUnknown") : t("battery", { n: Math.round(sensor.battery_pct) });
  const parts = [pod(sensor.state)];
  if (good) parts.push(battery, signal(sensor.rssi_dbm));
  return { good, title: t("whereWorn", { side: t(side), placement }).trim(), text: parts.filter(Boolean).join(" · ") };
}

// Draws the sensors and the answer to «stand still».
export function drawChecks(state) {
  const found = ["left", "right"].map((side) => check(side, state.sensors[side]));
  const drawn = JSON.stringify(found);
  if (at("checks").dataset.drawn !== drawn) {
    at("checks").dataset.drawn = drawn;
    at("checks").replaceChildren(...found.map(({ good, title, text }) => {
      const line = document.createElement("li");
      line.dataset.good = String(good);
      const head = document.createElement("strong");
      head.textContent = `${good ? "✓" : "✕"} ${title}`;
      const rest = document.createElement("span");
      rest.textContent = text;
      line.append(head, rest);
      return line;
    }));
  }
  if (stillAsked === null) return;
  const since = performance.now() / 1000 - stillAsked;
  const answer = state.notices.find((n) => /standing$/.test(n.kind) && n.age_s < since);
  if (answer || since > STILL_WAIT_S) {
    at("still-says").textContent = answer ? said(answer.text) : "";
    at("still").disabled = false;
    stillAsked = null;
  }
}

function choose(list, entries) {
  list.replaceChildren(new Option(t("asUsual"), ""), ...entries.map(([value, text]) => new Option(text, value)));
}

async function drawWear(runner) {
  const { shoes, surfaces } = await get(`/api/v1/wear/${runner}`).catch(() => ({ shoes: [], surfaces: [] }));
  choose(at("shoe"), shoes.map(({ id, name }) => [id, name]));
  choose(at("surface"), surfaces.map((surface) => [surface, t(surface)]));
}

function readOptions() {
  try {
    Object.assign(options, JSON.parse(localStorage.getItem(KEY)));
  } catch { /* none kept */ }
}

function wireOption(id, name) {
  at(id).checked = options[name];
  at(id).addEventListener("change", () => {
    options[name] = at(id).checked;
    localStorage.setItem(KEY, JSON.stringify(options));
  });
}

function wireGps(runner) {
  at("gps-choice").hidden = !window.isSecureContext || !("geolocation" in navigator);
  at("gps-note").hidden = at("gps-choice").hidden;
  at("gps").addEventListener("change", () => {
    endSpeed?.();
    endSpeed = null;
    if (!at("gps").checked) return;
    endSpeed = watchSpeed(
      (speed_mps) => post(`/api/v1/speed/${runner}`, { speed_mps }).catch(() => { /* an old speed is worth nothing */ }),
      (why) => {
        at("gps-note").textContent = t("gpsOff", { why });
        at("gps").checked = false;
      },
    );
  });
}

function drawOff(runner, place) {
  const off = offHere();
  at("off").hidden = !off.length;
  at("off-list").replaceChildren(...off.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
  at("turn-on").hidden = place === null;
  at("turn-on").href = `/secure?runner=${runner}`;
  at("hidden-warning").hidden = !suspendsHidden();
  at("install-apple").hidden = !(isApple() && window.isSecureContext && !navigator.standalone);
}

// Speaks for the week too: openBody (body.js) fills that part once the phone is paired.
export function openSetup(runner, place) {
  readOptions();
  at("theme").value = applyTheme();
  at("theme").addEventListener("change", () => applyTheme(at("theme").value));
  wireOption("metronome", "metronome");
  wireOption("step-sound", "stepSound");
  wireGps(runner);
  drawOff(runner, place);
  at("last-run").hidden = !hasLast(runner);
  at("still").addEventListener("click", () => {
    stillAsked = performance.now() / 1000;
    at("still").disabled = true;
    at("still-says").textContent = t("standing");
    post(`/api/v1/still/${runner}`).catch(() => { /* the page says that the connection is lost */ });
  });
  const wear = () => send(`/api/v1/wear/${runner}`, { shoe: at("shoe").value || null, surface: at("surface").value || null });
  at("shoe").addEventListener("change", wear);
  at("surface").addEventListener("change", wear);
  at("install").addEventListener("click", install);
  document.addEventListener("installable", () => { at("install").hidden = false; });
  at("start").addEventListener("cancel", (event) => event.preventDefault());
  at("start").showModal();
  document.addEventListener("paired", async () => {
    drawWear(runner);
    await fetchLast(runner);
    at("last-run").hidden = !hasLast(runner);
  }, { once: true });
}
