// The team's page: the table as events once a second, the weeks once a minute. Nothing is worked
// out here but ages.

import { openAlerts } from "./alerts.js";
import { drawCalls } from "./calls.js";
import { label, t } from "./coach_strings.js";
import { pair, get } from "./session.js";
import { drawAge, drawRow, forget } from "./team_table.js";
import { drawWeeks } from "./team_weeks.js";

const WEEKS_MS = 60000;
const AGES_MS = 1000;
const rows = new Map(); // by runner, as the server last told
let weeks = new Map();
let ahead = null; // server seconds minus page seconds
let connected = false;

const say = (text) => {
  const link = document.getElementById("link");
  if (link.textContent !== text) link.textContent = text;
};

const now = () => (ahead === null ? null : performance.now() / 1000 + ahead);

function draw(changed) {
  for (const runner of changed) drawRow(rows.get(runner), now());
  drawCalls(rows, weeks, now());
  say(rows.size === 1 ? t("oneRunner") : t("runners", { n: rows.size }));
}

function take(event, whole) {
  const told = JSON.parse(event.data);
  ahead = told.now_s - performance.now() / 1000;
  connected = true;
  if (whole) {
    rows.clear();
    forget();
  }
  for (const [runner, fields] of Object.entries(told.rows)) {
    rows.set(runner, { ...rows.get(runner), ...fields });
  }
  draw(Object.keys(told.rows));
}

function listen() {
  const events = new EventSource("/api/v1/team/events");
  events.addEventListener("table", (event) => take(event, true));
  events.addEventListener("changes", (event) => take(event, false));
  events.addEventListener("full", () => say(t("tooMany")));
  events.onerror = () => {
    connected = false;
    say(t("connectionLost"));
    for (const row of rows.values()) drawAge(row, now(), false);
    if (events.readyState === EventSource.CLOSED) setTimeout(listen, AGES_MS);
  };
}

async function refreshWeeks() {
  try {
    const told = await get("/api/v1/team/weeks");
    weeks = new Map(told.map((week) => [week.runner, week]));
    drawWeeks(told, rows);
    drawCalls(rows, weeks, now());
  } catch { /* the live table says that the connection is lost */ }
  setTimeout(refreshWeeks, WEEKS_MS);
}

async function open() {
  label();
  await pair();
  try {
    await get("/api/v1/clock");
  } catch (error) {
    if (/: 40[13]$/.test(error.message)) {
      say(t("openLink"));
      return;
    }
  }
  listen();
  refreshWeeks();
  openAlerts(() => rows);
  setInterval(() => {
    for (const row of rows.values()) drawAge(row, now(), connected);
  }, AGES_MS);
}

open();
