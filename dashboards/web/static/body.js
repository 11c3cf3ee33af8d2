// What the runner says of the body: pain and when to see a doctor, the morning after, the week.

import { newId, send } from "./outbox.js";
import { get } from "./session.js";
import { t } from "./strings.js";

const SIDES = ["left", "right", "both"];
const PLACES = ["knee", "shin", "ankle", "foot", "calf", "thigh", "hip", "back", "other"];
const SIGNS = ["swelling", "locking", "instability"];
const WHY = { lasting: "lasting", swelling: "swellingWhy", locking: "lockingWhy", instability: "instabilityWhy" };
const at = (id) => document.getElementById(id);

let asked = null; // what the open question is about
let done = new Map(); // by kind, today's tick

function chips(place, name, values) {
  place.replaceChildren(...values.map((value, n) => {
    const chip = document.createElement("label");
    const input = Object.assign(document.createElement("input"), { type: "radio", name, value, checked: n === 0 });
    const text = Object.assign(document.createElement("span"), { textContent: t(value) });
    chip.append(input, text);
    return chip;
  }));
}

const chosen = (name) => document.querySelector(`input[name=${name}]:checked`).value;

export function askForPain(runner, moment, session, tell) {
  asked = { runner, moment, session: session ?? null, tell };
  for (const sign of SIGNS) at(sign).checked = false;
  at("pain").showModal();
}

function drawDoctor(reasons) {
  at("doctor").hidden = !reasons.length;
  at("doctor-why").textContent = t("doctorWhy", { reasons: reasons.map((reason) => t(WHY[reason])).join(", ") });
}

async function say(about, word) {
  const { runner, moment, session, tell } = about;
  const answer = await send(`/api/v1/pain/${runner}`, { id: newId(), moment, session, ...word });
  if (answer === null || !answer.ok) {
    tell(t("painWaits"));
    return;
  }
  const { doctor } = await answer.json();
  drawDoctor(doctor);
  const kept = word.score > 0 ? t("painKept") : t("painNone");
  tell(doctor.length ? `${t("doctor")}: ${doctor.map((reason) => t(WHY[reason])).join(", ")}` : kept);
}

function savePain() {
  const word = { side: chosen("pain-side"), place: chosen("pain-place"), score: Number(at("pain-score").value) };
  for (const sign of SIGNS) word[sign] = at(sign).checked;
  at("pain").close();
  if (asked.moment === "morning") at("morning").hidden = true;
  say(asked, word);
}

function drawTicks(ticks, goal) {
  const today = ticks.today;
  done = new Map(today.map(({ kind, id }) => [kind, id]));
  for (const kind of ["strength", "low_impact"]) {
    const n = ticks.all.filter((tick) => tick.kind === kind).length;
    const button = at(`tick-${kind}`);
    button.setAttribute("aria-pressed", String(done.has(kind)));
    button.querySelector(".tick-count").textContent = kind === "strength" ? t("tickGoal", { n, goal }) : t("tickCount", { n });
  }
}

async function drawBody(runner) {
  const body = await get(`/api/v1/body/${runner}`);
  at("week").hidden = false;
  drawTicks({ all: body.ticks, today: body.ticks.filter(({ day }) => day === body.day) }, body.strength_a_week);
  drawDoctor(body.doctor);
  at("morning").hidden = body.morning_after === null;
  return body;
}

// Fills the runner's part of the setup; where nothing is stored there is none.
export async function openBody(runner, tell) {
  chips(at("pain-sides"), "pain-side", SIDES);
  chips(at("pain-places"), "pain-place", PLACES);
  at("pain-score").addEventListener("input", () => { at("pain-shown").value = at("pain-score").value; });
  at("pain-save").addEventListener("click", savePain);
  at("pain-cancel").addEventListener("click", () => at("pain").close());
  document.dispatchEvent(new Event("paired"));
  let morning = null;
  try {
    morning = (await drawBody(runner)).morning_after;
  } catch {
    return;
  }
  at("morning-yes").addEventListener("click", () => askForPain(runner, "morning", morning, tell));
  at("morning-no").addEventListener("click", () => {
    at("morning").hidden = true;
    say({ runner, moment: "morning", session: morning, tell }, { side: "both", place: "other", score: 0 });
  });
  for (const kind of ["strength", "low_impact"]) {
    at(`tick-${kind}`).addEventListener("click", async () => {
      const id = done.get(kind);
      await send(`/api/v1/ticks/${runner}`, id ? { id, kind, done: false } : { id: newId(), kind });
      await drawBody(runner).catch(() => { /* drawn when the page is opened again */ });
    });
  }
}
