// The live table: one row a runner, its form every five minutes, and how good the data are.

import { ago, pod, t } from "./coach_strings.js";
import { figure, km, set } from "./figures.js";
import { said } from "./strings.js";

const SHOWN = 24; // cells of a strip: two hours
const drawn = new Map();

export function forget() {
  document.getElementById("runners").replaceChildren();
  drawn.clear();
}

function rowOf(state) {
  if (!drawn.has(state.runner)) {
    const row = document.getElementById("row").content.firstElementChild.cloneNode(true);
    row.querySelector(".name").href = `/runner/${encodeURIComponent(state.runner)}`;
    document.getElementById("runners").append(row);
    drawn.set(state.runner, row);
  }
  return drawn.get(state.runner);
}

const both = (cell, text, small) => {
  set(cell.querySelector("span"), text);
  set(cell.querySelector("small"), small);
};

function drawStrip(strip, cells) {
  if (strip.dataset.cells === cells) return;
  strip.dataset.cells = cells;
  strip.replaceChildren(
    ...[...cells.slice(-SHOWN)].map((letter) => {
      const cell = document.createElement("i");
      cell.dataset.c = letter;
      return cell;
    }),
  );
  const count = (letter) => [...cells].filter((one) => one === letter).length;
  strip.setAttribute("aria-label", t("stripSays", { own: count("o"), all: cells.length, notice: count("n"), alarm: count("a"), none: count(".") }));
}

function drawForm(row, state, now) {
  row.dataset.tone = state.over ? "idle" : state.tone;
  row.dataset.arrow = state.arrow;
  const word = row.querySelector(".word");
  set(word, said(state.word));
  if (state.session) word.href = `/session/${encodeURIComponent(state.runner)}/${encodeURIComponent(state.session)}`;
  const cue = state.cue;
  const told = cue ? [said(cue.text), now === null ? "" : ago(now - cue.at_s), cue.why] : [];
  set(row.querySelector(".cue"), told.filter(Boolean).join(" · "));
}

function drawPods(row, state) {
  const { left, right } = state.sensors;
  both(
    row.querySelector(".pods"),
    `${t("leftPod", { state: pod(left.state) })} · ${t("rightPod", { state: pod(right.state) })}`,
    battery([left.battery_pct, right.battery_pct]),
  );
  row.querySelector(".pods").dataset.off = String(!state.over && (left.off || right.off));
}

function battery(levels) {
  const known = levels.filter((level) => level !== null);
  return known.length ? t("battery", { n: Math.min(...known).toFixed(0) }) : "";
}

export function drawRow(state, now) {
  const row = rowOf(state);
  set(row.querySelector(".name"), state.name);
  const notes = [state.simulated ? t("simulated") : "", state.baseline, state.quiet ? t("quiet") : "", state.over ? t("finished") : ""];
  set(row.querySelector(".label"), notes.filter(Boolean).join(" · "));
  drawForm(row, state, now);
  drawStrip(row.querySelector(".strip"), state.strip);
  set(row.querySelector(".cadence"), figure(state, "cadence", state.cadence_spm));
  const impact = `${figure(state, "impact", state.impact_left_g, 1)} · ${figure(state, "impact", state.impact_right_g, 1)}`;
  set(row.querySelector(".impact"), impact);
  const line = state.distance_line_m === null ? t("noLine") : km(state.distance_line_m);
  both(row.querySelector(".distance"), figure(state, "pace", state.distance_m === null ? null : state.distance_m / 1000, 1), line);
  row.querySelector(".distance").dataset.over = String(state.distance_over);
  both(row.querySelector(".cues"), figure(state, "cues", state.cue_count), figure(state, "cues", state.cue_per_h, 1));
  const seen = state.complete_pct === null ? "–" : `${state.complete_pct} %`;
  both(row.querySelector(".signal"), seen, state.quality_pct === null ? "–" : `${state.quality_pct} %`);
  drawPods(row, state);
  drawAge(state, now, true);
}

// What is shown is as old as it is: only what is live is in full colour.
export function drawAge(state, now, connected) {
  const row = drawn.get(state.runner);
  if (!row) return;
  const live = connected && state.live;
  row.dataset.fresh = String(live);
  const cell = row.querySelector(".age");
  if (live) set(cell, t("live"));
  else if (state.data_at_s === null && !state.live) set(cell, t("noDataYet"));
  else set(cell, now === null || state.data_at_s === null ? t("connectionLost") : ago(now - state.data_at_s));
}
