// After the run: one page that stays on the phone, with one thing to work on.

import { send } from "./outbox.js";
import { said, t } from "./strings.js";

const WORK = { fading: "workFading", asymmetry: "workAsymmetry", overstride: "workOverstride", impact: "workImpact", cadence: "workCadence" };
const SHOES = { ok: "shoesFine", due: "shoesDue", over: "shoesOver", unknown: "shoesUnknown" };
const WORKED = { worked: "worked", partly: "workedPartly", not: "workedNot" };
const at = (id) => document.getElementById(id);
const keyOf = (runner) => `stridecue-summary-${runner}`;

let shown = null; // the session on the page

function last(runner) {
  try {
    return JSON.parse(localStorage.getItem(keyOf(runner)));
  } catch {
    return null;
  }
}

export const hasLast = (runner) => last(runner) !== null;

function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}

const signed = (value) => `${value < 0 ? "−" : "+"}${Math.abs(Math.round(value))}`;

// The load rules as they stand after the run; what is not known says so.
function load(facts) {
  if (!facts) return [];
  const km = (metres) => t("kilometres", { n: (metres / 1000).toFixed(1) });
  const line = facts.longest_m === null ? "lineUnknown" : { true: "linePassed", false: "lineBelow" }[facts.spike] ?? "lineUnknown";
  const change = facts.week_change_pct === null ? t("weekNoChange") : t("weekChange", { n: signed(facts.week_change_pct) });
  const rows = [
    [t("line"), t(line, { n: facts.longest_m === null ? "" : (0.0011 * facts.longest_m).toFixed(1) })],
    [t("sevenDays"), `${facts.week_m === null ? t("unknown") : km(facts.week_m)} · ${change}`],
    [t("restDays"), t("restOf", { n: facts.rest_days, of: facts.rest_of_days })],
  ];
  if (facts.shoe) rows.push([t("shoes"), `${facts.shoe_distance_m === null ? t("unknown") : km(facts.shoe_distance_m)} · ${t(SHOES[facts.shoe_state])}`]);
  return rows;
}

function figures(summary) {
  const { distance_m: metres, distance_source: source, impact_g: g } = summary;
  const impact = (value) => (value === null ? "–" : value.toFixed(1));
  return [
    [t("time"), clock(summary.running_s)],
    [t("distance"), metres === null ? t("unknown") : t("kilometresBy", { n: (metres / 1000).toFixed(2), source })],
    ...load(summary.facts),
    [t("cadence"), summary.cadence_spm === null ? t("unknown") : t("spm", { n: Math.round(summary.cadence_spm) })],
    [t("impactLegs"), t("impactBoth", { left: impact(g.left), right: impact(g.right) })],
  ];
}

function card(cue) {
  const line = document.createElement("li");
  const head = Object.assign(document.createElement("strong"), { textContent: said(cue.text) });
  const when = Object.assign(document.createElement("span"), { textContent: t("cueAt", { time: clock(cue.time_s) }) });
  const sure = t("sure", { n: Math.round(100 * cue.confidence) });
  const why = Object.assign(document.createElement("p"), { textContent: [cue.why, sure].filter(Boolean).join(" · ") });
  const result = Object.assign(document.createElement("p"), { textContent: t(WORKED[cue.outcome] ?? "workedUnknown") });
  line.append(head, when, why, result);
  return line;
}

function draw(runner, summary) {
  at("work-on").textContent = t(WORK[summary.work_on] ?? "workNone");
  at("figures").replaceChildren(...figures(summary).flatMap(([name, value]) => [
    Object.assign(document.createElement("dt"), { textContent: name }),
    Object.assign(document.createElement("dd"), { textContent: value }),
  ]));
  at("cards").replaceChildren(...summary.cues.map(card));
  const held = Object.values(summary.held_back).reduce((sum, n) => sum + n, 0);
  const notes = [summary.cues.length ? "" : t("noCues"), held ? t("heldBack", { n: held }) : ""];
  at("held-back").textContent = notes.filter(Boolean).join(" ");
  at("exertion-says").textContent = "";
  at("exertion-save").onclick = async () => {
    await send(`/api/v1/load/${runner}/${summary.session}`, { exertion: Number(at("exertion").value) });
    at("exertion-says").textContent = t("exertionKept");
  };
  at("exertion").oninput = () => { at("exertion-shown").value = at("exertion").value; };
  at("again").onclick = () => {
    at("after").close();
    if (!at("start").open) at("start").showModal();
  };
  at("after").showModal();
}

// Shows the summary of a run that is over, once, and keeps it for when the server is gone.
export function showSummary(runner, summary) {
  if (shown === summary.session) return;
  shown = summary.session;
  localStorage.setItem(keyOf(runner), JSON.stringify(summary));
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  draw(runner, summary);
}

// The store knows more than this phone: a run of another phone, or one that ended unseen.
export async function fetchLast(runner) {
  try {
    const answer = await fetch(`/api/v1/last/${runner}`);
    if (answer.ok) localStorage.setItem(keyOf(runner), await answer.text());
  } catch { /* no service: what this phone has kept is shown */ }
}

export function openLast(runner) {
  const summary = last(runner);
  if (summary) draw(runner, summary);
}
