// Whom to call in: one card a runner with all the reasons, the gravest first.

import { span, t } from "./coach_strings.js";
import { said } from "./strings.js";

const SILENT_S = 30; // without data for so long in a run under way
const grave = { doctor: 0, form: 1, over: 2, pain: 3, silent: 4 };

function reasons(state, week, now) {
  const out = [];
  const say = (kind, key, values) => out.push({ kind, text: t(key, values) });
  if (week?.doctor?.length) {
    say("doctor", "whyDoctor", { reasons: week.doctor.map((reason) => t(reason)).join(", ") });
  }
  if (week?.pain?.score && week.pain.day === week.day) {
    say("pain", "whyPain", { n: week.pain.score, where: `${week.pain.side} ${week.pain.place}` });
  }
  if (state.over) return out;
  if (state.tone === "watch" && state.live) say("form", "whyForm", { word: said(state.word) });
  if (state.distance_over) {
    say("over", "whyOver", { n: (state.distance_m / 1000).toFixed(1), line: (state.distance_line_m / 1000).toFixed(1) });
  }
  const silent = state.data_at_s === null || now === null ? 0 : now - state.data_at_s;
  if (!state.live && silent > SILENT_S) say("silent", "whySilent", { ago: span(silent) });
  return out;
}

function card(state, why) {
  const item = document.createElement("li");
  item.dataset.kind = why[0].kind;
  const name = document.createElement("a");
  name.textContent = state.name;
  name.href = state.session && !state.over
    ? `/session/${encodeURIComponent(state.runner)}/${encodeURIComponent(state.session)}`
    : `/runner/${encodeURIComponent(state.runner)}`;
  item.append(name, ...why.map(({ text }) => {
    const line = document.createElement("span");
    line.textContent = text;
    return line;
  }));
  return item;
}

let shown = "";

export function drawCalls(rows, weeks, now) {
  const calls = [...rows.values()]
    .map((state) => [state, reasons(state, weeks.get(state.runner), now)])
    .filter(([, why]) => why.length);
  for (const [, why] of calls) why.sort((a, b) => grave[a.kind] - grave[b.kind]);
  calls.sort(([, a], [, b]) => grave[a[0].kind] - grave[b[0].kind]);
  const text = JSON.stringify(calls.map(([state, why]) => [state.runner, state.session, why]));
  document.getElementById("nobody").hidden = calls.length > 0 || rows.size === 0;
  if (text === shown) return;
  shown = text;
  const list = document.getElementById("call-in");
  const held = list.contains(document.activeElement) ? document.activeElement.href : null;
  list.replaceChildren(...calls.map(([state, why]) => card(state, why)));
  if (held) [...list.querySelectorAll("a")].find((link) => link.href === held)?.focus(); // as seconds go on
}
