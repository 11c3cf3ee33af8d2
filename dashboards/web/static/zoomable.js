// Plots to zoom, pan and filter. Plotly makes them, whose script comes from this machine and is asked
// for by the first of them. They have the page's own colours.

const LIBRARY = document.querySelector("meta[name=plotly]").content; // with its version
// The buttons are named one by one: by itself plotly adds one that sends the data to its makers.
const BUTTONS = [["zoom2d", "pan2d"], ["zoomIn2d", "zoomOut2d", "resetScale2d"]];
const CONFIG = { displaylogo: false, displayModeBar: true, responsive: true, modeBarButtons: BUTTONS, plotlyServerURL: "" };
const HEIGHT = 300; // of a plot that does not say its own
const LINE = 18; // pixels of height that a title's second line takes
const dark = matchMedia("(prefers-color-scheme: dark)");
const figures = new Map(); // by element: what is plotted in it
let library = null;

function template() {
  const style = getComputedStyle(document.documentElement);
  const [ground, text, soft, line] = ["ground", "text", "soft", "line"].map((name) => style.getPropertyValue(`--${name}`).trim());
  const axis = { gridcolor: line, linecolor: line, zerolinecolor: soft, automargin: true, title: { standoff: 8, font: { color: soft, size: 13 } } };
  const layout = {
    paper_bgcolor: ground,
    plot_bgcolor: ground,
    font: { color: text, family: style.fontFamily, size: 13 },
    xaxis: axis,
    yaxis: axis,
    margin: { l: 10, r: 18, t: 10, b: 40 },
    legend: { orientation: "h", y: 1.02, yanchor: "bottom", x: 0 },
    hoverlabel: { bgcolor: ground, font: { color: text }, bordercolor: line },
    modebar: { bgcolor: "transparent", color: soft, activecolor: text },
  };
  return { layout, data: { scatter: [{ marker: { opacity: 1 } }] } }; // see-through marks lack contrast
}

function loaded(tag, given) {
  return new Promise((resolve, reject) => {
    const element = Object.assign(document.createElement(tag), given);
    element.onload = resolve;
    element.onerror = () => {
      element.remove();
      reject(new Error(tag));
    };
    document.head.append(element);
  });
}

// By this name and class plotly knows that its own rules are there, and writes none into the page.
const rules = () => loaded("link", { id: "plotly.js-style-global", className: "no-inline-styles", rel: "stylesheet", href: "/static/zoomable.css" });

// The library, asked for once; where it could not be had, again the next time.
export async function plotly() {
  library ??= rules().then(() => loaded("script", { src: LIBRARY }));
  try {
    await library;
    return window.Plotly;
  } catch (error) {
    library = null;
    throw error;
  }
}

// Two lines of a title, as even as its words allow.
function halves(title) {
  const longer = (at) => Math.max(at, title.length - at);
  const [at] = [...title.matchAll(" ")].map(({ index }) => index).sort((a, b) => longer(a) - longer(b));
  return `${title.slice(0, at)}<br>${title.slice(at + 1)}`;
}

// A title that sticks out of its plot, as on a phone, is made two lines: plotly would cut it off.
function fold(element) {
  const plot = element.querySelector(".main-svg").getBoundingClientRect();
  const changed = {};
  let { height = HEIGHT } = figures.get(element).layout;
  for (const [name, from, to] of [["x", "left", "right"], ["y", "top", "bottom"]]) {
    const drawn = element.querySelector(`.${name}title`)?.getBoundingClientRect();
    if (!drawn || (drawn[from] >= plot[from] && drawn[to] <= plot[to])) continue;
    const { text } = element.layout[`${name}axis`].title;
    if (text.includes("<br>") || !text.includes(" ")) continue; // as short as it gets
    changed[`${name}axis.title.text`] = halves(text);
    if (name === "x") height += LINE;
  }
  if (Object.keys(changed).length) return window.Plotly.relayout(element, { ...changed, height, autosize: true });
}

// Plots a figure, or what has changed of it: what was zoomed or switched off stays so.
export async function plot(element, figure) {
  figures.set(element, figure);
  const Plotly = await plotly();
  const isNew = !element.on; // plotly gives it and takes it away
  const { data, layout } = structuredClone(figure); // plotly writes into what it is given
  await Plotly.react(element, data, { height: HEIGHT, ...layout, template: template(), uirevision: "same", autosize: true }, CONFIG);
  if (!figures.has(element)) return; // taken away meanwhile
  if (isNew) element.on("plotly_relayout", () => fold(element)); // a phone is turned
  await fold(element);
  for (const svg of element.querySelectorAll(".main-svg")) svg.setAttribute("aria-hidden", "true"); // the sentence says it
}

export function unplot(element) {
  figures.delete(element);
  window.Plotly.purge(element);
}

dark.addEventListener("change", () => {
  for (const [element, figure] of figures) plot(element, figure);
});
