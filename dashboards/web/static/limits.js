// The coach's limits for one athlete: tried on the runs of the last weeks, then published. Beside
// them what the athlete keeps private, and who changed what.

import { ago, t } from "./coach_strings.js";
import { get, post } from "./session.js";

const TRY_DAYS = 30;
const LINES = 20; // of the audit trail
const at = (id) => document.getElementById(id);
const own = (runner) => `/api/v1/limits/${encodeURIComponent(runner)}`;
// What can be set here: the rule, its unit's factor from ours, and the step of the field.
const RULES = [
  ["most_per_30_min", 1, 1],
  ["warm_up_s", 60, 1],
  ["any_cue_apart_s", 1, 5],
  ["cadence_band_pct", 1, 0.5],
  ["impact_band_pct", 1, 0.5],
  ["asymmetry_band_points", 1, 0.5],
  ["fading_band_sds", 1, 0.5],
];

function field([rule, factor, step], told) {
  const label = document.createElement("label");
  const input = document.createElement("input");
  Object.assign(input, { type: "number", min: 0, step, name: rule, placeholder: String(told.rules[rule] / factor) });
  if (rule in told.own) input.value = told.own[rule] / factor;
  label.append(`${t(rule)} `, input);
  return label;
}

// Rules that were set elsewhere stay as they are.
function wanted(told) {
  const shown = new Set(RULES.map(([rule]) => rule));
  const rules = Object.fromEntries(Object.entries(told.own).filter(([rule]) => !shown.has(rule)));
  for (const [rule, factor] of RULES) {
    const { value } = at("rules").elements[rule];
    if (value !== "") rules[rule] = Number(value) * factor;
  }
  return rules;
}

const detail = async (answer) => String((await answer.json()).detail);

async function tryOut(runner, told) {
  at("limits-said").textContent = t("trying");
  const answer = await post(`${own(runner)}/tried`, { rules: wanted(told), days: TRY_DAYS });
  if (!answer.ok) {
    at("limits-said").textContent = await detail(answer);
    return;
  }
  const { runs, hours, cues, in_warm_up: early } = await answer.json();
  at("limits-said").textContent = t("tried", { runs, hours: hours.toFixed(1), cues, early, days: TRY_DAYS });
}

async function publish(runner, told) {
  const answer = await fetch(own(runner), {
    method: "PUT",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ rules: wanted(told) }),
  });
  at("limits-said").textContent = answer.ok ? t("published") : await detail(answer);
  if (answer.ok) await trail(runner);
}

async function trail(runner) {
  const lines = await get(`/api/v1/audit?runner=${encodeURIComponent(runner)}&limit=${LINES}`);
  at("audit").replaceChildren(
    ...lines.map((line) => {
      const item = document.createElement("li");
      const age = Date.now() / 1000 - line.time_utc_ns / 1e9;
      item.textContent = t("auditLine", { ago: ago(age), who: line.who, what: line.deed });
      return item;
    }),
  );
}

async function sharing(runner) {
  const { private: kept } = await get(`/api/v1/sharing/${encodeURIComponent(runner)}`);
  at("sharing").textContent = kept.length ? t("keepsPrivate", { topics: kept.join(", ") }) : t("sharesAll");
}

export async function openLimits(runner) {
  try {
    const told = await get(own(runner));
    at("rules").replaceChildren(...RULES.map((rule) => field(rule, told)));
    at("limits-open").hidden = false;
    at("limits-open").addEventListener("click", () => at("limits").showModal());
    at("limits-close").addEventListener("click", () => at("limits").close());
    at("try").addEventListener("click", () => tryOut(runner, told));
    at("limits-form").addEventListener("submit", (event) => {
      event.preventDefault();
      publish(runner, told);
    });
    await Promise.all([trail(runner), sharing(runner)]);
  } catch { /* no limits are kept here, or this link may not set them */ }
}
