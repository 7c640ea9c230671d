/* One picture with two axes: lines, series of points with error bars, a legend, and tips. */

const HEIGHT = 420, LEFT = 84, RIGHT = 18, TOP = 22;
const SHAPES = [
    'M0-4.5A4.5 4.5 0 1 1 0 4.5A4.5 4.5 0 1 1 0-4.5Z', 'M-4-4H4V4H-4Z', 'M0-5.5L5.5 0L0 5.5L-5.5 0Z',
    'M0-5.5L5 4H-5Z', 'M0 5.5L5-4H-5Z', 'M-1.5-5H1.5V-1.5H5V1.5H1.5V5H-1.5V1.5H-5V-1.5H-1.5Z',
    'M-5-3L-3-5L0-2L3-5L5-3L2 0L5 3L3 5L0 2L-3 5L-5 3L-2 0Z', 'M-5-2.5H5V2.5H-5Z',
];
const DASHES = ['', '7 4', '2 3', '9 3 2 3', '12 4'];

function colour(i) {
    return `var(--c${i % 8})`;
}

function dash(i) {
    return DASHES[i % DASHES.length] || null;
}

/* ---- ticks ---- */

function powersOf(base, low, high, most) {
    const first = Math.ceil(Math.log(low) / Math.log(base) - 1e-9);
    const last = Math.floor(Math.log(high) / Math.log(base) + 1e-9);
    const step = Math.max(1, Math.ceil((last - first + 1) / most));
    const found = [];
    for (let i = first; i <= last; i += step)
        found.push(base ** i);
    return found;
}

/* Powers of ten; where these are too few, their doubles and fives too. */
function decades(low, high) {
    const tens = powersOf(10, low, high, 9);
    if (tens.length > 2)
        return tens;
    const found = [];
    for (let power = 10 ** Math.floor(Math.log10(low)); power <= high; power *= 10)
        for (const digit of [1, 2, 5])
            if (digit * power >= low && digit * power <= high)
                found.push(digit * power);
    return found;
}

function steps(low, high) {
    const rough = (high - low) / 6, power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].find(s => s * power >= rough) * power;
    const found = [];
    for (let i = Math.ceil(low / step); i * step <= high; i++)
        found.push(i * step);
    return found;
}

function ticksOf(axis) {
    if (axis.names)
        return axis.names.map((text, i) => ({at: i, text}));
    const at = !axis.log ? steps(axis.low, axis.high)
        : axis.log === 2 ? powersOf(2, axis.low, axis.high, 11) : decades(axis.low, axis.high);
    return at.map(value => ({at: value, text: axis.format(value)}));
}

/* ---- the frame ---- */

/* Value to pixel. */
function scaleOf(axis, from, to) {
    const f = axis.log ? Math.log : v => v;
    const low = f(axis.low), span = f(axis.high) - low || 1;
    return value => from + (f(value) - low) / span * (to - from);
}

/* Width, and the lowest pixel of the frame: names that have no room side by side are turned. */
function sizeOf(spec) {
    const width = spec.wide ? 1180 : 620, names = spec.x.names || [];
    const crowded = names.join('').length * 7.5 > width - LEFT - RIGHT - 10 * names.length;
    return {width, crowded, bottom: HEIGHT - (crowded ? 100 : 48)};
}

function nameTick(x, y, text, crowded) {
    return crowded
        ? draw('text', {x, y, 'text-anchor': 'end', transform: `rotate(-35 ${x} ${y})`}, text)
        : draw('text', {x, y, 'text-anchor': 'middle'}, text);
}

function frame(spec, px, py) {
    const {width, crowded, bottom} = sizeOf(spec), parts = [];
    for (const tick of ticksOf(spec.x)) {
        const x = px(tick.at);
        parts.push(draw('line', {class: 'grid', x1: x, x2: x, y1: TOP, y2: bottom}),
                   nameTick(x, bottom + 16, tick.text, crowded));
    }
    for (const tick of ticksOf(spec.y)) {
        const y = py(tick.at);
        parts.push(draw('line', {class: 'grid', x1: LEFT, x2: width - RIGHT, y1: y, y2: y}),
                   draw('text', {x: LEFT - 6, y: y + 4, 'text-anchor': 'end'}, tick.text));
    }
    parts.push(draw('rect', {class: 'frame', x: LEFT, y: TOP, width: width - LEFT - RIGHT,
                             height: bottom - TOP}),
               draw('text', {class: 'soft', x: LEFT, y: 13}, spec.y.label),
               draw('text', {class: 'soft', x: width - RIGHT, y: HEIGHT - 6, 'text-anchor': 'end'},
                    spec.x.label));
    return parts;
}

/* Vertical lines with a name on top, left out where it would cover the one before. */
function marks(spec, px) {
    const {width, bottom} = sizeOf(spec);
    let last = -Infinity;
    return (spec.marks || []).filter(m => m.at >= spec.x.low && m.at <= spec.x.high).map(m => {
        const x = px(m.at), free = x - last > 70, late = x > width - RIGHT - 80;
        last = free ? x : last;
        return [draw('line', {x1: x, x2: x, y1: TOP, y2: bottom, stroke: 'var(--soft)',
                              'stroke-dasharray': '3 3'}),
                free ? draw('text', {class: 'soft', x: x + (late ? -4 : 4), y: TOP + 13,
                                     'text-anchor': late ? 'end' : null}, m.text) : null];
    }).flat();
}

/* ---- what is drawn into it ---- */

function pathOf(points, px, py) {
    return points.map((p, i) => `${i ? 'L' : 'M'}${px(p.x).toFixed(1)} ${py(p.y).toFixed(1)}`)
        .join('');
}

function lineOf(line, px, py, clip) {
    return draw('path', {
        d: pathOf(line.points, px, py), fill: 'none', stroke: line.colour,
        'stroke-width': line.width || 2, 'stroke-dasharray': dash(line.dash || 0),
        'clip-path': clip,
    });
}

/* Short names where the lines come in, left out where there is no room. */
function tagsOf(spec, px, py) {
    let last = Infinity;
    return spec.lines.filter(l => l.tag && l.points[0].y >= spec.y.low)
        .sort((a, b) => a.points[0].y - b.points[0].y).map(line => {
            const y = py(line.points[0].y) - 9;
            if (last - y < 13)
                return null;
            last = y;
            return draw('text', {x: px(line.points[0].x) + 4, y, style: `fill:${line.colour}`}, line.tag);
        });
}

function errorBar(p, px, py, stroke) {
    const x = px(p.x).toFixed(1), top = py(p.high), bottom = py(p.low);
    if (!(bottom - top > 1))
        return null;
    return draw('path', {class: 'error', stroke, d: `M${x} ${top.toFixed(1)}V${bottom.toFixed(1)}` +
        `m-3 0h6m-6 ${(top - bottom).toFixed(1)}h6`, fill: 'none'});
}

function seriesOf(s, px, py, clip) {
    const shape = SHAPES[s.shape % SHAPES.length];
    return draw('g', {'clip-path': clip},
        s.line ? lineOf(s, px, py) : null,
        s.points.map(p => errorBar(p, px, py, s.colour)),
        s.points.map(p => draw('path', {
            class: 'point', d: shape, fill: s.colour, stroke: 'var(--card)', 'data-name': p.name,
            'data-x': p.x, 'data-y': p.y,
            transform: `translate(${px(p.x).toFixed(1)} ${py(p.y).toFixed(1)})`,
        })));
}

function sample(item) {
    return draw('svg', {viewBox: '0 0 30 14', 'aria-hidden': 'true'},
        item.line === false ? null : draw('line', {
            x1: 0, x2: 30, y1: 7, y2: 7, stroke: item.colour, 'stroke-width': 2,
            'stroke-dasharray': dash(item.dash || 0)}),
        item.shape === undefined ? null
            : draw('path', {d: SHAPES[item.shape % SHAPES.length], fill: item.colour,
                            transform: 'translate(15 7)'}));
}

let clips = 0;

/* spec: title, note, wide, x and y (label, low, high, log 0, 2 or 10, format or names), lines (name,
 * points, colour, dash), series (name, points {x, y, low, high, name}, colour, shape, line), marks. */
function chart(spec) {
    const {width, bottom} = sizeOf(spec);
    const px = scaleOf(spec.x, LEFT, width - RIGHT), py = scaleOf(spec.y, bottom, TOP);
    const id = `clip-${clips++}`, clip = `url(#${id})`;
    const lines = spec.lines || [], series = spec.series || [];
    return make('figure', {class: spec.wide ? 'wide' : null, 'data-chart': spec.kind},
        make('h3', null, spec.title),
        draw('svg', {viewBox: `0 0 ${width} ${HEIGHT}`, role: 'img', 'aria-label': spec.title},
            draw('clipPath', {id}, draw('rect', {x: LEFT - 6, y: TOP - 6,
                width: width - LEFT - RIGHT + 12, height: bottom - TOP + 12})),
            frame(spec, px, py), marks(spec, px),
            lines.map(line => lineOf(line, px, py, clip)),
            tagsOf({...spec, lines}, px, py),
            series.map(s => seriesOf(s, px, py, clip))),
        make('div', {class: 'legend'}, [...lines, ...series].filter(i => i.name).map(item =>
            make('span', null, sample(item), item.name))),
        spec.note ? make('figcaption', null, spec.note) : null);
}

/* ---- tips: hover names a point, a click fixes what is said ---- */

function showTip(point) {
    const tip = document.getElementById('tip'), box = point.getBoundingClientRect();
    tip.textContent = point.getAttribute('data-name');
    tip.hidden = false;
    const room = document.documentElement.clientWidth - tip.offsetWidth - 8;
    tip.style.left = `${Math.max(4, Math.min(box.right + 8, room)) + window.scrollX}px`;
    tip.style.top = `${box.bottom + 8 + window.scrollY}px`;
}

function watchTips() {
    let fixed = null;
    const release = () => {
        if (fixed)
            fixed.classList.remove('fixed');
        fixed = null;
        document.getElementById('tip').hidden = true;
    };
    document.addEventListener('mouseover', event => {
        const point = event.target.closest('.point');
        if (point && !fixed)
            showTip(point);
    });
    document.addEventListener('mouseout', event => {
        if (event.target.closest('.point') && !fixed)
            release();
    });
    document.addEventListener('click', event => {
        const point = event.target.closest('.point'), same = point === fixed;
        release();
        if (!point || same)
            return;
        fixed = point;
        point.classList.add('fixed');
        showTip(point);
    });
    document.addEventListener('keydown', event => {
        if (event.key === 'Escape')
            release();
    });
    return release;
}
