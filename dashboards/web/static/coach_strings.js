// Every text of the coach's pages, in English. To translate: copy TEXT; what the service says
// itself (words, cues) stands in strings.js.

import { fill, label as labelled } from "./strings.js";

const TEXT = {
  // all pages
  team: "Team",
  podsPage: "Pods and phones",
  connecting: "connecting",
  connectionLost: "connection lost",
  openLink: "open the team link first",
  tooMany: "Too many pages are open. Close one.",
  noData: "no data",
  notShared: "not shared",
  noDataYet: "no data yet",
  live: "live",
  secondsAgo: "{n} s ago",
  minutesAgo: "{n} min ago",
  hoursAgo: "{n} h ago",
  daysAgo: "{n} days ago",
  simulated: "simulated",
  none: "none",
  km: "{n} km",
  close: "Close",
  // the team
  oneRunner: "1 runner",
  runners: "{n} runners",
  callIn: "Call in",
  nobody: "Nobody. Everyone runs in their own form.",
  whyForm: "{word}",
  whyOver: "{n} km: over the 110 % line of {line} km",
  whyPain: "Pain {n} of 10: {where}",
  whyDoctor: "See a doctor: {reasons}",
  lasting: "pain for more than two weeks",
  swelling: "swelling",
  locking: "a joint that locks",
  instability: "a joint that gives way",
  whySilent: "No data for {ago}",
  seconds: "{n} s",
  minutes: "{n} min",
  hours: "{n} h",
  days: "{n} days",
  now: "Running now",
  athlete: "Athlete",
  form: "Form",
  strip: "Every 5 min",
  cadence: "Cadence",
  spm: "steps/min",
  impact: "Impact",
  impactUnit: "g, left · right",
  distance: "Distance",
  distanceLine: "of the 110 % line",
  cues: "Cues",
  cuesUnit: "all · an hour",
  signal: "Signal",
  signalUnit: "seen · quality",
  pods: "Pods",
  data: "Data",
  noLine: "no line",
  quiet: "quiet",
  finished: "finished",
  stripSays: "{own} of {all} cells in own form, {notice} moving, {alarm} changed, {none} without data",
  keyOwn: "own form",
  keyNotice: "moving",
  keyAlarm: "changed",
  keyLearning: "learning",
  keyIdle: "not running",
  keyNone: "no data",
  podConnected: "on",
  podSearching: "searching",
  podLost: "lost",
  podSilent: "silent",
  podNoSlot: "no slot",
  podUnknown: "none",
  leftPod: "L {state}",
  rightPod: "R {state}",
  battery: "battery {n} %",
  // alerts
  alerts: "Open alerts",
  noAlerts: "No open alerts.",
  acknowledge: "Acknowledge",
  snoozeFor: "Snooze 1 h",
  snoozed: "snoozed",
  acknowledged: "Acknowledged.",
  snoozedNow: "Snoozed for an hour.",
  // the weeks
  weeks: "Last 7 days",
  weekDistance: "Distance",
  weekRule: "5-10 % a week: traditional",
  longest: "Longest",
  longestUnit: "of 30 days",
  dose: "Impact dose",
  doseUnit: "against own 4 weeks",
  balance: "Left-right",
  balanceUnit: "against own",
  painRpe: "Pain · effort",
  painUnit: "0-10",
  shoes: "Shoes",
  rest: "Rest days",
  strength: "Strength",
  strengthUnit: "goal 2",
  complete: "Data there",
  atLeast: "at least {n}",
  unknown: "unknown",
  pairDue: "{name}: {n} km, due",
  pairOver: "{name}: {n} km, over",
  shoesFine: "none due",
  restOf: "{n} of {all}",
  noPain: "none said",
  painIs: "{n}, {where}",
  effortIs: "effort {n}",
  ownIs: "own {n}",
  // pods and phones
  podsTitle: "Who wears which pod",
  pod: "Pod",
  podName: "name or address",
  podIs: "is",
  side: "side",
  left: "left",
  right: "right",
  save: "Save",
  saved: "Saved; it counts from the next run on.",
  noRoster: "No roster is kept here.",
  phones: "Phones",
  pair: "Pair {name}'s phone",
  pairTitle: "Scan with the runner's phone",
  qrCode: "QR code of the runner's link",
  goodFor: "Good for 24 hours.",
  possessive: "{name}'s",
  wornBy: "{pod} is {name}'s {side} {placement}",
};

export const t = (key, values) => fill(TEXT[key], values);
export const label = (root = document) => labelled(root, t);

const PODS = { connected: "podConnected", searching: "podSearching", lost: "podLost", silent: "podSilent", "no slot": "podNoSlot", unknown: "podUnknown" };

export const pod = (state) => t(PODS[state]);

const AGES = [[90, 1, "seconds"], [5400, 60, "minutes"], [172800, 3600, "hours"], [Infinity, 86400, "days"]];

// How long, in the unit that people use for it.
export function span(seconds) {
  const [, unit, name] = AGES.find(([until]) => seconds < until);
  return t(name, { n: Math.round(seconds / unit) });
}

export const ago = (seconds) => {
  const [, unit, name] = AGES.find(([until]) => seconds < until);
  return t(`${name}Ago`, { n: Math.round(seconds / unit) });
};
