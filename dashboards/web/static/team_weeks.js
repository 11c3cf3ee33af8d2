// Every runner's last seven days: how much, how hard, what hurts, what is worn.

import { t } from "./coach_strings.js";
import { cell, figure, isPrivate, km, signed } from "./figures.js";

const STRENGTH_GOAL = 2;
const DOSE_BAND_PCT = 30; // about two standard deviations of weeks of the same training
const least = (told, text) => (told.at_least ? t("atLeast", { n: text }) : text);

function distance(row, week) {
  const change = week.week_change_pct?.value ?? null;
  const value = week.week_m?.value ?? null;
  const text = value === null ? figure(week, "pace", null) : least(week.week_m, km(value));
  cell(row, text, { className: "figure", small: change === null ? "" : `${signed(change)} %` });
  const longest = week.longest_m?.value ?? null;
  cell(row, longest === null ? figure(week, "pace", null) : least(week.longest_m, km(longest)), { className: "figure" });
}

function dose(row, week) {
  const change = week.dose_change_pct?.value ?? null;
  const text = change === null ? figure(week, "impact", null) : `${signed(change)} %`;
  cell(row, text, { className: "figure", mark: change !== null && change > DOSE_BAND_PCT ? "up" : "" });
}

function balance(row, week) {
  const own = week.asymmetry_usual_pct;
  const now = week.asymmetry_pct;
  const out = now !== null && own !== null && Math.abs(now - own) > week.asymmetry_band_points;
  cell(row, now === null ? figure(week, "balance", null) : `${now.toFixed(1)} %`, {
    className: "figure",
    small: own === null || own === undefined ? "" : t("ownIs", { n: `${own.toFixed(1)} %` }),
    mark: out ? "up" : "",
  });
}

function body(row, week) {
  const pain = week.pain;
  const hurts = Boolean(pain?.score);
  const text = hurts ? t("painIs", { n: pain.score, where: `${pain.side} ${pain.place}` }) : t("noPain");
  const effort = week.exertion === null || week.exertion === undefined ? "" : t("effortIs", { n: week.exertion });
  const silent = !hurts && isPrivate(week, "pain");
  cell(row, silent ? t("notShared") : text, { small: effort, mark: hurts ? "up" : "" });
  const pairs = (week.shoes ?? []).map(({ shoe, distance_m: run, state }) =>
    t(state === "over" ? "pairOver" : "pairDue", { name: shoe.name, n: (run.value / 1000).toFixed(0) }));
  const over = (week.shoes ?? []).some(({ state }) => state === "over");
  cell(row, pairs.join(", ") || t(week.shoes ? "shoesFine" : "notShared"), { mark: over ? "up" : "" });
}

function rest(row, week) {
  const { value, n } = week.rest_days;
  cell(row, value === null ? "–" : t("restOf", { n: value, all: n }), { className: "figure", mark: value === 0 && n === 7 ? "up" : "" });
  cell(row, t("restOf", { n: week.strength, all: STRENGTH_GOAL }), { className: "figure" });
  cell(row, week.complete_pct === null ? "–" : `${week.complete_pct.toFixed(0)} %`, { className: "figure", mark: week.complete_pct !== null && week.complete_pct < 90 ? "down" : "" });
}

export function drawWeeks(weeks, rows) {
  const body_ = document.getElementById("week-rows");
  body_.replaceChildren(
    ...weeks.map((week) => {
      const row = document.createElement("tr");
      const head = document.createElement("th");
      head.scope = "row";
      const name = document.createElement("a");
      name.href = `/runner/${encodeURIComponent(week.runner)}`;
      name.textContent = week.name ?? rows.get(week.runner)?.name ?? week.runner;
      head.append(name);
      row.append(head);
      distance(row, week);
      dose(row, week);
      balance(row, week);
      body(row, week);
      rest(row, week);
      return row;
    }),
  );
}
