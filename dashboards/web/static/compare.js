// Another run beside this one: the means of both, and its pictures under this one's.

import { t } from "./coach_strings.js";
import { cell, day, km, set, signed } from "./figures.js";
import { drop, show } from "./pictures.js";

const at = (id) => document.getElementById(id);
// What is compared: its name, where it stands, its factor and its digits.
const MEANS = [
  ["meanSpeed", "speed_mps", 1, 2],
  ["meanCadence", "cadence_spm", 1, 1],
  ["meanImpactLeft", "peak_accel_left_g", 1, 2],
  ["meanImpactRight", "peak_accel_right_g", 1, 2],
  ["meanContactLeft", "contact_time_left_s", 1000, 0],
  ["meanContactRight", "contact_time_right_s", 1000, 0],
  ["meanBalance", "asymmetry_pct", 1, 1],
  ["meanVariation", "stride_time_cv_pct", 1, 1],
];

let beside = null; // the run whose pictures stand in the page

const title = (run) => [run.day ?? day(run.started_utc_ns), run.distance_m === null ? "" : km(run.distance_m)].filter(Boolean).join(" · ");

function line(one, other, [name, key, factor, digits]) {
  const row = document.createElement("tr");
  const head = document.createElement("th");
  head.scope = "row";
  head.textContent = t(name);
  row.append(head);
  const [a, b] = [one.means[key], other.means[key]];
  for (const value of [a, b]) cell(row, value === null ? "–" : (value * factor).toFixed(digits), { className: "figure" });
  const known = a !== null && b !== null;
  cell(row, known ? signed((a - b) * factor, digits) : "–", { className: "figure" });
  return row;
}

function under(part) {
  const there = part.querySelector(":scope > .other-run");
  if (there) return there;
  const place = document.createElement("div");
  place.className = "other-run";
  part.append(place);
  return place;
}

export function compare(one, other) {
  at("beside").hidden = other === null;
  if (other !== beside) document.querySelectorAll(".other-run").forEach(drop);
  beside = other;
  if (other === null) return;
  set(at("this-run"), title(one));
  set(at("other-run"), title(other));
  at("means").replaceChildren(...MEANS.map((mean) => line(one, other, mean)));
  for (const picture of other.pictures) {
    const part = at(`picture-${picture.name}`);
    if (!part || picture.drawing === null) continue;
    show(under(part), { ...picture, name: `${picture.name}-other`, title: t("otherRun", { title: picture.title, run: title(other) }) }, "h3");
  }
}
