/* Elements, and the texts of numbers. Text of a document only ever becomes a text node or an
 * attribute, never markup. */

const SVG = 'http://www.w3.org/2000/svg';

function fill(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes || {}))
        if (value !== null && value !== undefined && value !== false)
            element.setAttribute(name, value === true ? '' : value);
    for (const child of children.flat(Infinity))
        if (child !== null && child !== undefined)
            element.append(child);
    return element;
}

function make(tag, attributes, ...children) {
    return fill(document.createElement(tag), attributes, children);
}

function draw(tag, attributes, ...children) {
    return fill(document.createElementNS(SVG, tag), attributes, children);
}

/* At most four significant digits and a decimal prefix. */
function si(value, unit) {
    if (!Number.isFinite(value))
        return '';
    const prefixes = ['p', 'n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
    let at = 4, scaled = value;
    while (Math.abs(scaled) >= 999.95 && at < prefixes.length - 1) {
        scaled /= 1000;
        at++;
    }
    while (scaled !== 0 && Math.abs(scaled) < 0.99995 && at > 0) {
        scaled *= 1000;
        at--;
    }
    return `${Number(scaled.toPrecision(4))} ${prefixes[at]}${unit}`;
}

function bytesText(value) {
    const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
    let at = 0;
    while (value >= 1024 && at < units.length - 1) {
        value /= 1024;
        at++;
    }
    return `${Number(value.toPrecision(3))} ${units[at]}`;
}

function opsUnit(dtype) {
    return /^(f|bf)/.test(dtype || '') ? 'FLOP/s' : 'OP/s';
}

function threadsText(threads) {
    return threads > 0 ? `${threads} thread${threads === 1 ? '' : 's'}` : '';
}

/* What is asked of a row. */

const OPERATORS = ['gemm', 'conv', 'bitserial', 'slbc', 'hpl'];

/* Packing alone is timed as bytes that move: its rate is none of a product. */
function isOperator(row) {
    return OPERATORS.includes(row.family) && row.ops_per_s > 0 &&
        !(row.variant || '').startsWith('pack-');
}

/* What tells rows of a family apart. */
function nameOf(row) {
    return row.variant || row.kernel;
}

function shapeOf(row) {
    const p = row.params || {};
    if (p.layer)
        return p.layer;
    if (p.m)
        return p.m === p.n && p.n === p.k ? `${p.m}` : `${p.m}x${p.n}x${p.k}`;
    if (p.block_bytes)
        return [p.pattern, bytesText(p.block_bytes), p.level].filter(Boolean).join(' ');
    return p.form || '';
}

function bitsOf(row) {
    const p = row.params || {};
    return p.w_bits && p.a_bits ? `${p.w_bits}x${p.a_bits}` : null;
}

/* Least and greatest rate of the samples; the rate itself where there are none. */
function spreadOf(row, rate) {
    const t = row.time_s;
    return t && t.min > 0 && t.max > 0
        ? {low: rate * t.median / t.max, high: rate * t.median / t.min} : {low: rate, high: rate};
}

/* One point of a plot of rates, with all that its tip tells. */
function ratePoint(row, x, rate, unit) {
    const spread = spreadOf(row, rate);
    const samples = spread.low === spread.high ? ''
        : `\nsamples from ${si(spread.low, unit)} to ${si(spread.high, unit)}`;
    return {
        x, y: rate, low: spread.low, high: spread.high,
        name: [row.family, nameOf(row), row.dtype === 'bytes' ? null : row.dtype, shapeOf(row),
               threadsText(row.threads)].filter(Boolean).join(', ') +
            `\n${si(rate, unit)}${samples}` +
            (nameOf(row) === row.kernel || row.kernel === '-' ? '' : `\n${row.kernel}`) +
            (row.origin === 'published' ? `\npublished: ${row.tool}, ${row.source}` : ''),
    };
}

function distinct(values) {
    return [...new Set(values.filter(v => v !== null && v !== undefined))];
}

/* Arrays of what has the same key, in order of appearance. */
function groups(items, key) {
    const found = new Map();
    for (const item of items) {
        const k = key(item);
        if (!found.has(k))
            found.set(k, []);
        found.get(k).push(item);
    }
    return found;
}

/* Of several items with one x, that with the greatest y; ascending. */
function bestByX(points) {
    const best = new Map();
    for (const p of points)
        if (!best.has(p.x) || p.y > best.get(p.x).y)
            best.set(p.x, p);
    return [...best.values()].sort((a, b) => a.x - b.x);
}
