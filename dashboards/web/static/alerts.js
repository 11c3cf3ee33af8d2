// Open alerts: what the coach has not yet seen to, with acknowledge and snooze.

import { ago, t } from "./coach_strings.js";
import { get, post } from "./session.js";

const EVERY_MS = 5000;
const SNOOZE_MIN = 60;
const at = (id) => document.getElementById(id);
const path = (alert, deed) => `/api/v1/alerts/${alert.split("/").map(encodeURIComponent).join("/")}/${deed}`;
let shown = "";

function button(text, name, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.setAttribute("aria-label", `${text}: ${name}`);
  made.addEventListener("click", act);
  return made;
}

// The table may come after the alerts: until then a runner goes by the id.
const nameOf = (alert, rows) => rows.get(alert.runner)?.name ?? alert.runner;

function line(alert, rows, done) {
  const item = document.createElement("li");
  item.dataset.snoozed = String(alert.snoozed);
  const who = document.createElement("a");
  who.href = `/session/${encodeURIComponent(alert.runner)}/${encodeURIComponent(alert.session)}`;
  who.textContent = nameOf(alert, rows);
  const what = document.createElement("span");
  what.textContent = alert.text;
  const age = document.createElement("small");
  age.textContent = alert.snoozed ? `${ago(alert.age_s)} · ${t("snoozed")}` : ago(alert.age_s);
  const name = `${who.textContent}, ${alert.text}`;
  const act = (deed, body, said) => async () => {
    const answer = await post(path(alert.id, deed), body);
    if (answer.ok) done(t(said));
  };
  item.append(who, what, age, button(t("acknowledge"), name, act("ack", {}, "acknowledged")));
  if (!alert.snoozed) {
    item.append(button(t("snoozeFor"), name, act("snooze", { minutes: SNOOZE_MIN }, "snoozedNow")));
  }
  return item;
}

async function refresh(rows, said = "") {
  const alerts = await get("/api/v1/alerts/open");
  at("alerts").hidden = false;
  at("no-alerts").hidden = alerts.length > 0;
  const text = JSON.stringify(alerts.map((one) => [one.id, one.snoozed, ago(one.age_s), nameOf(one, rows())]));
  if (text !== shown) {
    shown = text;
    const label = document.activeElement?.getAttribute("aria-label"); // the keyboard stays where it is
    at("alert-list").replaceChildren(
      ...alerts.map((alert) => line(alert, rows(), (words) => refresh(rows, words))),
    );
    [...at("alert-list").querySelectorAll("button")].find((one) => one.getAttribute("aria-label") === label)?.focus();
  }
  if (said) at("alert-said").textContent = said;
}

export async function openAlerts(rows) {
  try {
    await refresh(rows);
  } catch (error) {
    if (/: 404$/.test(error.message)) return; // nothing is stored here
  }
  setInterval(() => refresh(rows).catch(() => {}), EVERY_MS);
}
