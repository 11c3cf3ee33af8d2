// Draws the figures in the reader's colours, and in those of paper when it is printed.
const figures = JSON.parse(document.getElementById("figures").textContent);
const templates = JSON.parse(document.getElementById("templates").textContent);
const dark = matchMedia("(prefers-color-scheme: dark)");
const PAPER_PX = 690; // A4 less its margins, at 96 px an inch

const template = () => templates[dark.matches ? "dark" : "light"];

function redraw(layout) {
  for (const name of Object.keys(figures)) Plotly.relayout(name, layout);
}

const forPaper = () => redraw({ template: templates.light, width: PAPER_PX, autosize: false });
const forScreen = () => redraw({ template: template(), width: null, autosize: true });

for (const [name, figure] of Object.entries(figures)) {
  Plotly.newPlot(name, figure.data, { ...figure.layout, template: template() }, { responsive: true, displayModeBar: false });
}
dark.addEventListener("change", forScreen);
addEventListener("beforeprint", forPaper);
addEventListener("afterprint", forScreen);
