// The coach says who wears which pod: "this pod is Anna's left".

import { t } from "./coach_strings.js";
import { get, post } from "./session.js";

const at = (id) => document.getElementById(id);

function options(list, texts) {
  list.replaceChildren(...texts.map(([value, text]) => new Option(text, value)));
}

async function draw(runners) {
  const entries = await get("/api/v1/roster");
  options(at("pods"), entries.map(({ pod }) => [pod, ""]));
  const chosen = at("who").value;
  options(at("who"), runners.map(({ runner, name }) => [runner, t("possessive", { name })]));
  if (chosen) at("who").value = chosen;
  const names = new Map(runners.map(({ runner, name }) => [runner, name]));
  at("worn").replaceChildren(
    ...entries.map(({ pod, runner, side, placement }) => {
      const line = document.createElement("li");
      line.textContent = t("wornBy", { pod, name: names.get(runner) ?? runner, side, placement });
      return line;
    }),
  );
}

async function save(event, runners) {
  event.preventDefault();
  const said = { pod: at("pod").value.trim(), runner: at("who").value, side: at("side").value };
  const answer = await post("/api/v1/roster", said);
  const detail = answer.ok ? "" : (await answer.json()).detail;
  at("said").textContent = answer.ok ? t("saved") : String(detail);
  if (answer.ok) await draw(runners);
}

export async function openRoster(runners) {
  try {
    await draw(runners);
    at("roster").addEventListener("submit", (event) => save(event, runners));
  } catch {
    at("roster").hidden = true; // no roster here, or not for this link
    at("no-roster").hidden = false;
  }
}
