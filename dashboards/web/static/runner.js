// A runner's months: pictures of load, shoes, ground and form, and the list of runs.

import { label, t } from "./coach_strings.js";
import { cell, clock, day, figure, km, set } from "./figures.js";
import { openLimits } from "./limits.js";
import { show } from "./pictures.js";
import { get, pair } from "./session.js";

const FIRST = 20; // runs that are listed at once
const runner = decodeURIComponent(location.pathname.split("/")[2]);
const at = (id) => document.getElementById(id);

function line(told, run) {
  const row = document.createElement("tr");
  const head = document.createElement("th");
  head.scope = "row";
  const link = document.createElement("a");
  link.href = `/session/${encodeURIComponent(runner)}/${encodeURIComponent(run.session)}`;
  link.textContent = run.day ?? day(run.started_utc_ns);
  head.append(link);
  row.append(head);
  const cues = run.cues_shown === null ? null : Object.values(JSON.parse(run.cues_shown)).reduce((a, b) => a + b, 0);
  const far = run.distance_m === null ? figure(told, "pace", null) : km(run.distance_m);
  cell(row, run.distance_m !== null && run.covered < 0.95 ? t("atLeast", { n: far }) : far, { className: "figure" });
  cell(row, run.running_s === null ? (run.under_way ? t("underWay") : "–") : clock(run.running_s), { className: "figure" });
  cell(row, figure(told, "cadence", run.cadence_spm), { className: "figure" });
  cell(row, run.drift_alarms === null ? "–" : String(run.drift_alarms), { className: "figure", mark: run.drift_alarms ? "up" : "" });
  cell(row, figure(told, "cues", cues), { className: "figure" });
  cell(row, told.shoes[run.shoe] ?? run.shoe ?? "–");
  cell(row, run.surface ?? "–");
  return row;
}

function list(told, runs) {
  at("runs").replaceChildren(...runs.map((run) => line(told, run)));
}

async function open() {
  label();
  await pair();
  try {
    const told = await get(`/api/v1/history/${encodeURIComponent(runner)}`);
    document.title = `${told.name} · stridecue`;
    set(at("name"), told.simulated ? `${told.name} · ${t("simulated")}` : told.name);
    set(at("link"), t("runsKept", { n: told.runs.length }));
    for (const picture of told.pictures) show(at("pictures"), picture);
    list(told, told.runs.slice(0, FIRST));
    openLimits(runner);
    at("more").hidden = told.runs.length <= FIRST;
    at("more").addEventListener("click", () => {
      list(told, told.runs);
      at("more").hidden = true;
      at("runs").rows[FIRST].querySelector("a").focus();
    });
  } catch (error) {
    const refused = /: 40[13]$/.test(error.message);
    set(at("link"), t(refused ? "openLink" : /: 404$/.test(error.message) ? "noRunner" : "connectionLost"));
  }
}

open();
