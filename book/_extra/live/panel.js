/* courseLive.table and courseLive.buttons: numbers in rows, and things to press, for live figures
   that need more than sliders and plots. Both stand between a figure's plots and its words. */
(() => {
  "use strict";
  const live = window.courseLive;
  const STYLE = `
    .numbers { width: 100%; margin-top: 0.9rem; border-collapse: collapse; font-size: 0.9em; font-variant-numeric: tabular-nums; }
    .numbers caption { text-align: start; font-weight: 600; padding-bottom: 0.2rem; }
    .numbers :is(th, td) { padding: 0.2rem 0.4rem; text-align: end; overflow-wrap: break-word;
      border-bottom: 1px solid var(--pst-color-border, #d1d5da); }
    .numbers th { font-weight: 600; }
    .numbers :is(th, td):first-child { text-align: start; padding-inline-start: 0; }
    .actions { display: flex; flex-wrap: wrap; gap: 0.6rem; margin-top: 0.7rem; }
    .actions button { font: inherit; font-size: 0.95em; padding: 0.25em 0.9em; cursor: pointer; border-radius: 0.3em; color: inherit;
      background: none; border: 1px solid var(--pst-color-text-muted, #48566b); }
    @media print { .actions { display: none; } }`;

  function make(name, properties = {}, ...children) {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  }

  function place(figure, element) {
    if (!figure.panelled) figure.state.before(make("style", { textContent: STYLE }));
    figure.panelled = true;
    figure.state.before(element);
  }

  /* A table with one heading for each column and each row; returns what fills it: fill([[text, ...],
     ...]), one list for each row. Text that is the same is left alone. */
  function table(figure, caption, columns, rows) {
    // A corner without words heads nothing.
    const top = (textContent) => make(textContent ? "th" : "td", textContent ? { scope: "col", textContent } : {});
    const head = make("tr", {}, ...columns.map(top));
    const cells = rows.map(() => columns.slice(1).map(() => make("td")));
    const lines = rows.map((textContent, i) => make("tr", {}, make("th", { scope: "row", textContent }), ...cells[i]));
    const parts = [make("caption", { textContent: caption }), make("thead", {}, head), make("tbody", {}, ...lines)];
    place(figure, make("table", { className: "numbers" }, ...parts));
    return (values) =>
      values.forEach((row, i) =>
        row.forEach((text, j) => {
          if (cells[i][j].textContent !== text) cells[i][j].textContent = text;
        }),
      );
  }

  /* Buttons in a row: [[text, act], ...]. */
  function buttons(figure, actions) {
    const row = actions.map(([textContent, act]) => {
      const button = make("button", { type: "button", textContent });
      button.addEventListener("click", act);
      return button;
    });
    place(figure, make("div", { className: "actions" }, ...row));
  }

  Object.assign(live, { table, buttons });
})();
