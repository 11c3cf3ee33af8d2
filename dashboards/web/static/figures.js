// How figures are written on the coach's pages: what is not known and what is not shared are
// told apart.

import { t } from "./coach_strings.js";

export const set = (element, text) => {
  if (element.textContent !== text) element.textContent = text;
};

export const isPrivate = (row, topic) => Boolean(row.not_shared?.includes(topic));

export function figure(row, topic, value, digits = 0) {
  if (value !== null && value !== undefined) return value.toFixed(digits);
  return isPrivate(row, topic) ? t("notShared") : "–";
}

export const km = (metres) => t("km", { n: (metres / 1000).toFixed(1) });

export const signed = (value, digits = 0) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(digits)}`;

export function cell(row, text, { small = "", mark = "", className = "" } = {}) {
  const made = document.createElement("td");
  made.className = className;
  made.append(text);
  if (mark) made.dataset.mark = mark;
  if (small) {
    const below = document.createElement("small");
    below.textContent = small;
    made.append(below);
  }
  row.append(made);
  return made;
}

export function clock(seconds) {
  const whole = Math.round(seconds);
  const two = (n) => String(n).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

export const day = (utcNs) => new Date(utcNs / 1e6).toISOString().slice(0, 10);
