// What the runner taps reaches the server once, also over a break: it waits on the phone.

import { post } from "./session.js";

const KEY = "stridecue-unsent";
const MOST = 50;

function waiting() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) || [];
  } catch {
    return [];
  }
}

function keep(items) {
  try {
    localStorage.setItem(KEY, JSON.stringify(items.slice(-MOST)));
  } catch { /* private mode: it is sent now or not at all */ }
}

export const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(8)), (b) => b.toString(16).padStart(2, "0")).join("");

// Returns the server's answer, or null where it waits for the connection.
export async function send(path, body) {
  try {
    const answer = await post(path, body);
    if (answer.status < 500) return answer;
  } catch { /* no network */ }
  keep([...waiting(), { path, body }]);
  return null;
}

export async function sendWaiting() {
  const items = waiting();
  while (items.length) {
    try {
      const answer = await post(items[0].path, items[0].body);
      if (answer.status >= 500 || answer.status === 401) return;
    } catch {
      return;
    }
    items.shift();
    keep(items);
  }
}
