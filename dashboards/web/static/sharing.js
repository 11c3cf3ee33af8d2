// What the runner lets the team see: a switch a topic, kept as soon as it is flipped.

import { get, put } from "./session.js";
import { t } from "./strings.js";

const TOPICS = {
  cadence: "topicCadence",
  impact: "topicImpact",
  contact: "topicContact",
  balance: "topicBalance",
  technique: "topicTechnique",
  pace: "topicPace",
  cues: "topicCues",
  pain: "topicPain",
};
const at = (id) => document.getElementById(id);

let shared = new Map(); // by topic, its box

function draw(kept) {
  for (const [topic, box] of shared) box.checked = !kept.includes(topic);
}

async function keep(runner) {
  const kept = [...shared].filter(([, box]) => !box.checked).map(([topic]) => topic);
  const answer = await put(`/api/v1/sharing/${runner}`, { private: kept }).catch(() => null);
  if (answer?.ok) {
    at("sharing-says").textContent = t("sharingKept");
    return;
  }
  at("sharing-says").textContent = answer === null ? t("offline") : t("sharingOnlyYours");
  await get(`/api/v1/sharing/${runner}`).then((said) => draw(said.private)).catch(() => { /* as it was */ });
}

// Fills the switches; where nothing is stored there are none.
export async function openSharing(runner) {
  let said = null;
  try {
    said = await get(`/api/v1/sharing/${runner}`);
  } catch {
    return;
  }
  shared = new Map(said.topics.map((topic) => {
    const box = Object.assign(document.createElement("input"), { type: "checkbox", id: `topic-${topic}` });
    box.addEventListener("change", () => keep(runner));
    return [topic, box];
  }));
  at("topics").replaceChildren(...[...shared].map(([topic, box]) => {
    const line = Object.assign(document.createElement("label"), { className: "choice" });
    line.append(box, Object.assign(document.createElement("span"), { textContent: t(TOPICS[topic]) }));
    return line;
  }));
  draw(said.private);
  at("sharing").hidden = false;
}
