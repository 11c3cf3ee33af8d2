// The coach says who wears which pod: "this pod is Anna's left".

import { get, post } from "./session.js";

const at = (id) => document.getElementById(id);

function options(list, texts) {
  list.replaceChildren(...texts.map(([value, text]) => new Option(text, value)));
}

async function draw() {
  const [entries, runners] = await Promise.all([get("/api/v1/roster"), get("/api/v1/runners")]);
  options(at("pods"), entries.map(({ pod }) => [pod, ""]));
  const chosen = at("who").value;
  options(at("who"), runners.map(({ runner, name }) => [runner, `${name}'s`]));
  if (chosen) at("who").value = chosen;
  const names = new Map(runners.map(({ runner, name }) => [runner, name]));
  at("worn").replaceChildren(
    ...entries.map(({ pod, runner, side, placement }) => {
      const line = document.createElement("li");
      line.textContent = `${pod} is ${names.get(runner) ?? runner}'s ${side} ${placement}`;
      return line;
    }),
  );
}

async function save(event) {
  event.preventDefault();
  const said = { pod: at("pod").value.trim(), runner: at("who").value, side: at("side").value };
  const answer = await post("/api/v1/roster", said);
  const detail = answer.ok ? "" : (await answer.json()).detail;
  at("said").textContent = answer.ok ? "Saved; it counts from the next run on." : String(detail);
  if (answer.ok) await draw();
}

export async function openRoster() {
  try {
    await draw();
    at("roster").addEventListener("submit", save);
  } catch {
    at("roster").hidden = true; // no roster here, or not for this link
  }
}
