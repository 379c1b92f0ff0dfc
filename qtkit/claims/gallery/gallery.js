// The gallery's figures: drawn when they come near, filtered by the circuits' factors, read by mouse, finger and keys.
const circuits = JSON.parse(document.getElementById("circuits").textContent);
const form = document.querySelector(".filters");
const dark = matchMedia("(prefers-color-scheme: dark)");
const mouse = matchMedia("(pointer: fine)");
const NARROW = 620; // pixels, below which plots stand below each other
const ROW = 240; // height of each then
const plots = new Map(); // a figure's element -> what is known of it

const plain = (text) => new DOMParser().parseFromString(text ?? "", "text/html").body.textContent.trim();
const chosen = (name) => new Set([...form.elements[name]].filter((box) => box.checked).map((box) => box.value));

// Which models the filter lets pass; one that stands for several equal circuits passes if any of them does.
function makeFilter() {
    const factors = ["hadamard", "entangler", "rotation"].map((name) => [name, chosen(name)]);
    const other = chosen("other");
    return (label, merged) => {
        const own = (merged && circuits[`${label}+`]) || circuits[label];
        if (own) return own.some((circuit) => factors.every(([name, values]) => values.has(circuit[name])));
        return other.has(label.startsWith("DiffQAS") ? "ours" : "rest");
    };
}

// The models of a figure by what their traces share, in the order of the legend.
function modelsOf(data) {
    const models = new Map();
    data.forEach((trace, index) => {
        const key = trace.legendgroup || plain(trace.name) || `trace ${index}`;
        const model = models.get(key) ?? { key, traces: [], rank: 1000 };
        model.traces.push(index);
        if (trace.name && trace.showlegend !== false) {
            model.called ??= plain(trace.name);
            model.rank = trace.legendrank ?? model.rank;
            model.line ??= trace.line;
        }
        models.set(key, model);
    });
    return [...models.values()].sort((a, b) => a.rank - b.rank);
}

const isModel = (key) => key in circuits || key.startsWith("DiffQAS");

// --- layouts

const axesOf = (layout, letter) => Object.keys(layout).filter((name) => new RegExp(`^${letter}axis[0-9]*$`).test(name));

// The same plots below each other; what stands above one goes with it.
function stacked(layout) {
    const copy = structuredClone(layout);
    const pairs = axesOf(copy, "y").map((y) => {
        const x = `xaxis${(copy[y].anchor ?? "x").slice(1)}`;
        return { x, y, left: copy[x].domain ?? [0, 1], up: copy[y].domain ?? [0, 1] };
    });
    pairs.sort((a, b) => b.up[1] - a.up[1] || a.left[0] - b.left[0]);
    const height = 1 / pairs.length;
    for (const annotation of copy.annotations ?? []) {
        if (annotation.xref !== "paper" || annotation.yref !== "paper") continue;
        const place = pairs.findIndex(
            ({ left, up }) => annotation.x >= left[0] - 0.01 && annotation.x <= left[1] && Math.abs(annotation.y - up[1]) < 0.02,
        );
        if (place >= 0) Object.assign(annotation, { x: 0, xanchor: "left", y: 1 - place * height, yanchor: "bottom" });
    }
    pairs.forEach(({ x, y }, place) => {
        copy[x] = { ...copy[x], domain: [0, 1], showticklabels: true };
        if (place + 1 < pairs.length && copy[x].title?.text === copy[pairs.at(-1).x].title?.text) delete copy[x].title;
        if (copy[y].title) copy[y].title = { ...copy[y].title, font: { size: 10 } };
        copy[y] = { ...copy[y], domain: [1 - (place + 1) * height + 0.25 * height, 1 - place * height] };
    });
    return { ...copy, height: pairs.length * ROW + 60 };
}

function layoutFor(known, width) {
    const starts = new Set(axesOf(known.layout, "x").map((name) => known.layout[name].domain?.[0] ?? 0));
    const small = width < NARROW && starts.size > 1 && axesOf(known.layout, "y").length <= 4;
    const layout = small ? stacked(known.layout) : structuredClone(known.layout);
    const ink = dark.matches ? "#d6dae0" : "#3f464f";
    layout.font = { ...layout.font, color: ink };
    layout.margin = { ...layout.margin, t: 30, r: 24 };
    return { ...layout, showlegend: false, dragmode: mouse.matches ? "zoom" : false, width, autosize: false };
}

// --- drawing

function read(figure) {
    const { data, layout } = JSON.parse(figure.querySelector("script").textContent);
    const known = {
        figure,
        data,
        layout,
        models: modelsOf(data),
        heat: data[0]?.type === "heatmap",
        off: new Set(),
        plot: figure.querySelector(".plot"),
        at: null,
    };
    plots.set(figure, known);
    return known;
}

function widthOf(known) {
    const width = known.plot.clientWidth;
    return known.heat ? Math.max(width, 860) : width; // its numbers need the room: the page scrolls it
}

async function draw(known) {
    known.width = widthOf(known);
    if (!known.plot.clientWidth) return;
    const data = known.heat ? [filteredHeat(known)] : known.data.map((trace, index) => ({ ...trace, visible: visible(known, index) }));
    const layout = layoutFor(known, known.width);
    if (known.heat) layout.height = 130 + 58 * data[0].y.length;
    const config = { displayModeBar: false, responsive: false, doubleClick: "reset", scrollZoom: false };
    known.plot.style.overflowX = known.heat ? "auto" : "";
    await Plotly.react(known.plot, data, layout, config);
    known.figure.dataset.drawn = "yes";
    for (const svg of known.plot.querySelectorAll("svg")) svg.setAttribute("aria-hidden", "true");
}

function visible(known, index) {
    const passes = makeFilter();
    const { key } = known.models.find(({ traces }) => traces.includes(index));
    return !known.off.has(key) && (!isModel(key) || passes(key, true));
}

// A map of errors with the rows that pass.
function filteredHeat(known) {
    const passes = makeFilter();
    const [trace] = known.data;
    const rows = trace.y.map((_, row) => row).filter((row) => passes(plain(trace.y[row]), false));
    const pick = (values) => (Array.isArray(values) ? rows.map((row) => values[row]) : values);
    return { ...trace, z: pick(rowsOf(trace.z)), y: pick(trace.y), text: pick(trace.text), customdata: pick(trace.customdata) };
}

// plotly.py packs matrices of numbers: eight bytes each, and their shape.
function rowsOf(packed) {
    if (Array.isArray(packed)) return packed;
    const bytes = Uint8Array.from(atob(packed.bdata), (letter) => letter.charCodeAt(0));
    const values = new Float64Array(bytes.buffer);
    const [rows, columns] = packed.shape.split(",").map(Number);
    return Array.from({ length: rows }, (_, row) => [...values.subarray(row * columns, (row + 1) * columns)]);
}

function legend(known) {
    const list = known.figure.querySelector(".legend");
    if (known.heat) return;
    for (const model of known.models.filter(({ called }) => called)) {
        const line = model.line ?? {};
        const dash = { dash: "6 4", dot: "2 3", dashdot: "6 3 2 3" }[line.dash] ?? "none";
        const button = document.createElement("button");
        button.type = "button";
        button.setAttribute("aria-pressed", "true");
        button.innerHTML = `<svg width="32" height="12" aria-hidden="true"><line x1="2" x2="30" y1="6" y2="6"
            stroke="${line.color ?? "#787878"}" stroke-width="${line.width ?? 2}" stroke-dasharray="${dash}"/></svg>`;
        button.append(model.called);
        button.addEventListener("click", () => {
            known.off.has(model.key) ? known.off.delete(model.key) : known.off.add(model.key);
            button.setAttribute("aria-pressed", String(!known.off.has(model.key)));
            draw(known);
        });
        const item = document.createElement("li");
        item.dataset.key = model.key;
        item.append(button);
        list.append(item);
    }
}

// --- zoom and keys

function zoom(known, factor) {
    const change = {};
    for (const name of axesOf(known.plot._fullLayout, "x")) {
        const axis = known.plot._fullLayout[name];
        const [low, high] = axis.range.map(Number);
        const middle = (low + high) / 2;
        change[`${name}.range`] = [middle - ((high - low) * factor) / 2, middle + ((high - low) * factor) / 2];
    }
    Plotly.relayout(known.plot, change);
}

const actions = { in: (known) => zoom(known, 0.6), out: (known) => zoom(known, 1 / 0.6), reset: (known) => draw(known) };

// The traces that can be read aloud: shown, with words of their own for the mouse.
function readable(known) {
    const all = known.plot._fullData.filter((trace) => trace.visible === true && trace.hoverinfo !== "skip");
    return all.filter((trace) => trace.type === "heatmap" || trace.x?.length);
}

function step(known, along, across) {
    const traces = readable(known);
    if (!traces.length) return;
    const at = (known.at ??= { trace: 0, point: -1 });
    at.trace = (Math.min(at.trace, traces.length - 1) + across + traces.length) % traces.length;
    const trace = traces[at.trace];
    const cells = trace.type === "heatmap" ? trace.y.length * trace.x.length : trace.x.length;
    at.point = Math.max(0, Math.min(cells - 1, at.point + along));
    known.figure.querySelector(".told").textContent = tell(known, trace, at.point);
    if (trace.type !== "heatmap") {
        const where = [{ curveNumber: trace.index, pointNumber: at.point }];
        Plotly.Fx.hover(known.plot, where, [trace.xaxis + trace.yaxis]);
    }
}

function tell(known, trace, point) {
    if (trace.type === "heatmap") {
        const [row, column] = [Math.floor(point / trace.x.length), point % trace.x.length];
        return plain(`${trace.customdata[row][column]}: ${trace.text[row][column].replaceAll("<br>", ", ")}`);
    }
    const across = plain(known.plot._fullLayout[`xaxis${trace.xaxis.slice(1)}`].title.text ?? "");
    const up = plain(known.plot._fullLayout[`yaxis${trace.yaxis.slice(1)}`].title.text ?? "");
    const value = Number(trace.y[point]).toPrecision(4);
    return `${plain(trace.name)}: ${across} ${trace.x[point]}, ${up} ${value}`.replace(/ +/g, " ");
}

function listen(known) {
    for (const button of known.figure.querySelectorAll("[data-do]")) {
        button.addEventListener("click", () => known.plot._fullLayout && actions[button.dataset.do](known));
    }
    known.plot.addEventListener("keydown", (event) => {
        if (!known.plot._fullLayout || event.ctrlKey || event.metaKey || event.altKey) return;
        const stride = event.shiftKey ? 10 : 1;
        const keys = {
            ArrowRight: () => step(known, stride, 0),
            ArrowLeft: () => step(known, -stride, 0),
            ArrowDown: () => step(known, 0, 1),
            ArrowUp: () => step(known, 0, -1),
            "+": () => actions.in(known),
            "=": () => actions.in(known),
            "-": () => actions.out(known),
            0: () => actions.reset(known),
        };
        if (!keys[event.key]) return;
        event.preventDefault();
        keys[event.key]();
    });
}

// --- the page

function filter() {
    const passes = makeFilter();
    for (const row of document.querySelectorAll("[data-model]")) row.hidden = !passes(row.dataset.model, false);
    for (const known of plots.values()) {
        for (const item of known.figure.querySelectorAll(".legend li")) {
            item.hidden = isModel(item.dataset.key) && !passes(item.dataset.key, true);
        }
        if (known.figure.dataset.drawn) draw(known);
    }
    const labels = Object.keys(circuits).filter((label) => !label.endsWith("+"));
    form.querySelector(".shown").textContent = `${labels.filter((label) => passes(label, false)).length} of ${labels.length}`;
}

form.addEventListener("change", filter);
form.addEventListener("submit", (event) => event.preventDefault());
for (const radio of document.querySelectorAll(".choice input")) {
    radio.addEventListener("change", () => {
        for (const view of radio.closest("section").querySelectorAll(".view")) view.hidden = view.id !== radio.value;
    });
}
if (innerWidth < 760) form.querySelector("details").open = false;

const near = new IntersectionObserver(
    (seen) => {
        for (const { target, isIntersecting } of seen) {
            if (isIntersecting && !target.dataset.drawn) draw(plots.get(target));
        }
    },
    { rootMargin: "600px" },
);
const sized = new ResizeObserver((changes) => {
    for (const { target } of changes) {
        const known = plots.get(target.closest("figure"));
        if (known.figure.dataset.drawn && widthOf(known) !== known.width) draw(known);
    }
});
for (const figure of document.querySelectorAll("figure.live")) {
    const known = read(figure);
    legend(known);
    listen(known);
    near.observe(figure);
    sized.observe(known.plot);
}
dark.addEventListener("change", filter);
addEventListener("beforeprint", () => plots.forEach((known) => draw(known)));
