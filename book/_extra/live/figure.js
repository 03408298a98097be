/* courseLive.Figure: what every live figure is: controls, plots, and its state in words.

   A figure extends it and gives
     get heading()     its name
     get controls()   a list of {name, label, ...}: for a slider min, max, value and step, or
                      log: true for round numbers from min to max; unit or show(value) for what
                      is shown
                      beside it; for a choice options: [[value, text], ...]; for a box value: false;
                      when(values), if given, says whether the control is there
     build()          plots, each made with this.plot({...}); called once
     draw(values)     draws, and returns the state in words, with the numbers
     changed(name, values)  optional: what else a control sets, by this.set(name, value)
   An attribute of the tag sets the first value of the control of that name. */
(() => {
  "use strict";
  const live = window.courseLive;

  // The colours of the book's figures, and lighter ones for the dark theme.
  const COLOURS = `
    :root { --live-0: #0072b2; --live-1: #c44f00; --live-2: #00805d; --live-3: #a8538a; --live-4: #2f83bb; --live-5: #9a6900; --live-grey: #6b7280; }
    html[data-theme="dark"] { --live-0: #58b4ec; --live-1: #ff9a5c; --live-2: #3fcf9f; --live-3: #df94c6; --live-4: #8ccbf2; --live-5: #e3b04b; --live-grey: #9ca4af; }`;
  const STYLE = `
    :host { display: block; margin: 1.5rem 0; padding: 1rem; border: 1px solid var(--pst-color-border, #d1d5da);
      border-radius: 0.4rem; color: var(--pst-color-text-base, #222832); }
    :host([hidden]), [hidden] { display: none !important; }
    * { box-sizing: border-box; }
    .head { display: flex; gap: 1rem; align-items: baseline; justify-content: space-between; margin-bottom: 0.6rem; }
    .head p { margin: 0; font-weight: 600; }
    button.reset { font: inherit; font-size: 0.85em; padding: 0.15em 0.8em; cursor: pointer; border-radius: 0.3em;
      color: inherit; background: none; border: 1px solid var(--pst-color-text-muted, #48566b); }
    .controls { display: grid; gap: 0.5rem 1.5rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 13rem), 1fr)); }
    .control label { display: flex; justify-content: space-between; gap: 0.5rem; font-size: 0.9em; }
    .control.box label { justify-content: start; align-items: center; min-height: 2.6rem; }
    output { font-variant-numeric: tabular-nums; font-weight: 600; white-space: nowrap; }
    input[type="range"] { width: 100%; height: 1.6rem; margin: 0; accent-color: var(--pst-color-primary, #0a7d91); }
    select { width: 100%; font: inherit; font-size: 0.95em; padding: 0.2rem; color: inherit; border-radius: 0.3em;
      background: var(--pst-color-background, #fff); border: 1px solid var(--pst-color-text-muted, #48566b); }
    :focus-visible { outline: 0.18rem solid var(--pst-color-accent, #c132af); outline-offset: 0.1rem; }
    .plots { display: grid; gap: 0.8rem 1.2rem; margin-top: 0.9rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, max(15.5rem, 40%)), 1fr)); }
    .plot { min-width: 0; }
    .plot .title { margin: 0 0 0.2rem; font-size: 0.9em; font-weight: 600; }
    .stage { position: relative; contain: layout; }
    .stage svg { display: block; }
    svg text { font-family: inherit; font-size: 12px; fill: var(--pst-color-text-base, #222832); }
    .grid { stroke: var(--live-grey); stroke-opacity: 0.25; fill: none; }
    .frame { stroke: var(--live-grey); fill: none; }
    .k0 { color: var(--live-0); } .k1 { color: var(--live-1); } .k2 { color: var(--live-2); }
    .k3 { color: var(--live-3); } .k4 { color: var(--live-4); } .k5 { color: var(--live-5); }
    .kgrey { color: var(--live-grey); } .ktext { color: var(--pst-color-text-base, #222832); }
    .legend { list-style: none; display: flex; flex-wrap: wrap; gap: 0.1rem 1rem; margin: 0; padding: 0; font-size: 0.85em; }
    .legend svg { margin-right: 0.4em; vertical-align: middle; }
    .handle { position: absolute; width: 2rem; height: 2rem; margin: -1rem; padding: 0; border: 0; border-radius: 50%;
      background: none; cursor: grab; touch-action: none; }
    .handle::before { content: ""; position: absolute; inset: 0.5rem; border-radius: 50%;
      border: 0.2rem solid currentColor; }
    .handle:active { cursor: grabbing; }
    .state { margin: 0.8rem 0 0; font-size: 0.95em; line-height: 1.5; }
    @media print { .reset, input[type="range"] { display: none; } :host { break-inside: avoid; } }`;

  function make(name, properties = {}, ...children) {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  }

  const FRONTS = "1 1.1 1.2 1.3 1.4 1.5 1.6 1.7 1.8 1.9 2 2.2 2.4 2.6 2.8 3 3.2 3.5 4 4.5 5 5.5 6 6.5 7 7.5 8 8.5 9 9.5".split(" ");

  /* Where a logarithmic slider stops: numbers that are easily read and said again. */
  function roundNumbers(min, max) {
    const [first, last] = [Math.floor(Math.log10(min)), Math.ceil(Math.log10(max))];
    const powers = Array.from({ length: last - first + 1 }, (_, i) => first + i);
    const all = powers.flatMap((power) => FRONTS.map((front) => Number(`${front}e${power}`)));
    return all.filter((value) => value >= min && value <= max);
  }

  function nearest(stops, value) {
    const apart = stops.map((stop) => Math.abs(Math.log(stop / value)));
    return apart.indexOf(Math.min(...apart));
  }

  /* A round grip over a plot; a slider to readers of the screen where it has one axis. */
  class Handle {
    constructor(plot, axis) {
      Object.assign(this, { plot, axis });
      const element = make("button", { type: "button", className: "handle" });
      this.element = element;
      if (axis !== "both") {
        element.setAttribute("role", "slider");
        element.setAttribute("aria-orientation", axis === "x" ? "horizontal" : "vertical");
      }
      element.addEventListener("pointerdown", (event) => element.setPointerCapture(event.pointerId));
      element.addEventListener("pointermove", (event) => {
        if (element.hasPointerCapture(event.pointerId)) this.move(...plot.data(event));
      });
      element.addEventListener("keydown", (event) => this.key(event));
      plot.stage.append(element);
    }

    update(x, y, { label, moved, step, colour, says }) {
      Object.assign(this, { x, y, moved, step });
      const { plot, element, axis } = this;
      element.style.left = `${plot.left + plot.scaleX.at(x)}px`;
      element.style.top = `${plot.top + plot.scaleY.at(y)}px`;
      element.className = `handle k${colour}`;
      const place = says ? says(x, y) : axis === "both" ? `x = ${live.number(x)}, y = ${live.number(y)}` : live.number(this[axis]);
      element.setAttribute("aria-label", axis === "both" ? `${label}, ${place}; arrow keys move it` : label);
      if (axis === "both") return;
      const { min, max } = plot[axis];
      const values = { "aria-valuemin": min, "aria-valuemax": max, "aria-valuenow": this[axis], "aria-valuetext": place };
      for (const [name, value] of Object.entries(values)) element.setAttribute(name, value);
    }

    move(x, y) {
      this.moved(this.axis === "y" ? this.x : x, this.axis === "x" ? this.y : y);
    }

    key(event) {
      const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };
      let way = ways[event.key];
      if (!way) return;
      event.preventDefault();
      const sum = way[0] + way[1]; // every arrow moves a grip that has one axis only
      if (this.axis === "x") way = [sum, 0];
      if (this.axis === "y") way = [0, sum];
      const part = this.step * (event.shiftKey ? 5 : 1);
      const to = (value, { min, max }, n) => Math.min(Math.max(value + n * part * (max - min), min), max);
      this.move(to(this.x, this.plot.x, way[0]), to(this.y, this.plot.y, way[1]));
    }
  }

  /* One control: its element, its value, and how both become each other. */
  class Control {
    constructor(about, figure) {
      this.about = about;
      this.name = about.name;
      this.stops = about.log ? roundNumbers(about.min, about.max) : null;
      const id = `control-${about.name}`;
      this.output = make("output");
      this.output.setAttribute("for", id);
      this.input = about.options ? this.select() : make("input", { type: typeof about.value === "boolean" ? "checkbox" : "range" });
      Object.assign(this.input, { id });
      const label = make("label", { htmlFor: id }, about.label);
      this.element = make("div", { className: "control" }, label);
      if (this.input.type === "checkbox") {
        label.prepend(this.input);
        this.element.classList.add("box");
      } else {
        if (!about.options) label.append(this.output);
        this.element.append(this.input);
      }
      if (this.input.type === "range") this.bounds();
      this.input.addEventListener("input", () => figure.touched(this));
    }

    select() {
      const options = this.about.options.map(([value, textContent]) => make("option", { value, textContent }));
      return make("select", {}, ...options);
    }

    bounds() {
      const { min, max, step } = this.about;
      const { stops } = this;
      Object.assign(this.input, stops ? { min: 0, max: stops.length - 1, step: 1 } : { min, max, step });
    }

    get value() {
      if (this.input.type === "checkbox") return this.input.checked;
      if (this.about.options) return this.input.value;
      const place = Number(this.input.value);
      return this.stops ? this.stops[place] : place;
    }

    set value(value) {
      const { stops, input } = this;
      if (input.type === "checkbox") input.checked = value === true || value === "true" || value === "";
      else if (stops) input.value = nearest(stops, Number(value));
      else input.value = value;
    }

    show() {
      const { show, unit } = this.about;
      const value = this.value;
      const text = show ? show(value) : `${live.number(value)}${unit ? ` ${unit}` : ""}`;
      if (this.output.textContent === text) return;
      this.output.textContent = text;
      if (this.input.type === "range") this.input.setAttribute("aria-valuetext", text);
    }
  }

  class Figure extends HTMLElement {
    connectedCallback() {
      if (this.shadowRoot) return;
      this.plots = [];
      const root = this.attachShadow({ mode: "open" });
      this.setAttribute("role", "group");
      this.setAttribute("aria-label", this.heading);
      this.board = make("div", { className: "plots" });
      this.state = make("p", { className: "state" });
      this.state.setAttribute("role", "status");
      this.inputs = new Map(this.controls.map((about) => [about.name, new Control(about, this)]));
      const panel = make("div", { className: "controls" }, ...[...this.inputs.values()].map((c) => c.element));
      const reset = make("button", { type: "button", className: "reset", textContent: "Reset" });
      reset.addEventListener("click", () => this.reset());
      const head = make("div", { className: "head" }, make("p", { textContent: this.heading }), reset);
      root.append(make("style", { textContent: STYLE }), head, panel, this.board, this.state);
      this.build();
      this.begin();
      this.measure();
      new ResizeObserver(() => {
        this.measure();
        this.schedule();
      }).observe(this.board);
      this.redraw();
    }

    plot(options) {
      const plot = new live.Plot(options);
      this.plots.push(plot);
      this.board.append(plot.element);
      return plot;
    }

    /* All values, by the names of the controls. */
    get values() {
      return Object.fromEntries([...this.inputs].map(([name, control]) => [name, control.value]));
    }

    /* Move a control as a reader would; what changed() sets besides is left alone. */
    set(name, value) {
      this.inputs.get(name).value = value;
      this.schedule();
    }

    begin() {
      for (const { name, value } of this.controls) {
        this.inputs.get(name).value = this.getAttribute(name) ?? value ?? this.inputs.get(name).value;
      }
      if (this.begun) this.begun();
    }

    reset() {
      this.begin();
      this.schedule();
    }

    touched(control) {
      if (this.changed) this.changed(control.name, this.values);
      this.schedule();
    }

    measure() {
      for (const plot of this.plots) plot.width = plot.stage.clientWidth || plot.width;
    }

    /* Draw once before the next frame, however much is set until then. */
    schedule() {
      if (this.pending) return;
      this.pending = requestAnimationFrame(() => {
        this.pending = 0;
        this.redraw();
      });
    }

    redraw() {
      const values = this.values;
      for (const control of this.inputs.values()) {
        const { when } = control.about;
        if (when) control.element.hidden = !when(values);
        control.show();
      }
      for (const plot of this.plots) plot.begin();
      this.words = this.draw(values);
      for (const plot of this.plots) plot.end();
      this.tell();
    }

    /* Words follow a few times a second: read aloud at every pixel they would be noise. */
    tell() {
      if (this.telling) return;
      this.telling = setTimeout(() => {
        this.telling = 0;
        if (this.state.textContent !== this.words) this.state.textContent = this.words;
      }, 150);
    }

    /* The median time of a redraw with its layout, in milliseconds, over all places of a slider
       (the first one shown, or the one named), which is then put back. */
    redrawMilliseconds(name = this.firstSlider(), count = 60) {
      const { input } = this.inputs.get(name);
      const before = input.value;
      const [low, high] = [Number(input.min), Number(input.max)];
      const times = [];
      for (let i = 0; i < count; i++) {
        input.value = low + ((high - low) * i) / (count - 1);
        const start = performance.now();
        this.redraw();
        this.board.getBoundingClientRect(); // has the browser lay it out now
        times.push(performance.now() - start);
      }
      input.value = before;
      this.redraw();
      return times.sort((one, two) => one - two)[Math.floor(count / 2)];
    }

    firstSlider() {
      const shown = [...this.inputs.values()].find((c) => c.input.type === "range" && !c.element.hidden);
      return shown.name;
    }
  }

  document.head.append(make("style", { textContent: COLOURS }));
  Object.assign(live, { Figure, Handle });
})();
