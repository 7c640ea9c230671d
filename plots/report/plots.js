/* The pictures of one view. Each takes {view, rows, filter}, where the rows are those that the
 * filters let through, and gives figures. */

const LEVEL_COLOURS = {L1: 0, L2: 2, L3: 3, L4: 5, RAM: 1};

function levelColour(name) {
    return colour(LEVEL_COLOURS[name.split(' ')[0]] ?? 7);
}

function plainNumber(value) {
    return String(Number(value.toPrecision(3)));
}

function rateAxis(label, unit, values, log) {
    const known = values.filter(v => v > 0);
    const high = Math.max(...known), low = Math.min(...known);
    return log ? {label, low: low / 1.5, high: high * 1.6, log: 10, format: v => si(v, unit)}
        : {label, low: 0, high: high * 1.08, format: v => si(v, unit)};
}

/* The thread count that is asked for, else the least and the largest that there are. */
function chosenThreads(counts, filter) {
    if (filter.threads)
        return counts.filter(count => count === Number(filter.threads));
    return counts.length ? distinct([Math.min(...counts), Math.max(...counts)]) : [];
}

/* Colour and shape of each name among all that the document has: the same in every picture. */
function looksOf(names) {
    return new Map(distinct(names).map((name, i) =>
        [name, {colour: colour(i + Math.floor(i / SHAPES.length)), shape: i}]));
}

/* A series for each implementation of a family, the fastest row at each x. */
function named(view, rows, point) {
    const family = rows[0].family;
    const looks = looksOf(view.rows.filter(r => r.family === family && isOperator(r)).map(nameOf));
    return [...groups(rows, nameOf)].map(([name, of]) => ({
        name, ...looks.get(name), points: bestByX(of.map(point)),
    }));
}

/* ---- rooflines ---- */

function memoryText(m) {
    const form = m.origin === 'port limit' ? ' port limit'
        : m.form === '64-bit loads' ? ' 64-bit loads' : '';
    return `${m.level}${form} ${si(m.bytes_per_s, 'B/s')}${m.origin === 'published' ? ', published' : ''}`;
}

function roofLines(roof, low, high) {
    const peak = roof.compute[0].ops_per_s, unit = opsUnit(roof.dtype);
    const slowest = Math.min(...roof.memory.map(m => m.bytes_per_s));
    const kept = roof.compute.filter((c, i) =>
        i === 0 || c.ops_per_s < 0.97 * roof.compute[i - 1].ops_per_s);
    const flat = kept.map((c, i) => ({
        name: `${c.kernel || c.isa || 'peak'} ${si(c.ops_per_s, unit)}`, dash: i ? 2 : 0,
        colour: i ? 'var(--soft)' : 'var(--ink)', width: i ? 1.4 : 2.4,
        points: [{x: Math.min(c.ops_per_s / slowest, high), y: c.ops_per_s},
                 {x: high, y: c.ops_per_s}],
    }));
    if (flat.length)
        flat[0].points[0].x = Math.max(low, peak / Math.max(...roof.memory.map(m => m.bytes_per_s)));
    return flat.concat(roof.memory.map(m => ({
        name: memoryText(m), tag: m.level, colour: levelColour(m.level),
        dash: m.origin === 'port limit' ? 4 : m.form === '64-bit loads' ? 3 : 0,
        points: [{x: low, y: low * m.bytes_per_s}, {x: m.ridge, y: m.ridge * m.bytes_per_s}],
    })));
}

function rooflinePoints(view, rows, roof) {
    const unit = opsUnit(roof.dtype), full = row => `${row.family} ${nameOf(row)}`;
    const looks = looksOf(view.rows.filter(isOperator).map(full));
    return [...groups(rows, full)].map(([name, of]) => ({
        name, ...looks.get(name), line: false, points: of.map(row =>
            ratePoint(row, row.work.ops / row.work.bytes_min, row.ops_per_s, unit)),
    }));
}

function roofline(view, roof, rows, wide) {
    const series = rooflinePoints(view, rows, roof), unit = opsUnit(roof.dtype);
    const points = series.flatMap(s => s.points), ridges = roof.memory.map(m => m.ridge);
    const peak = roof.compute[0].ops_per_s;
    const low = Math.min(Math.min(...ridges) / 14, ...points.map(p => p.x / 1.5));
    const high = Math.max(Math.max(...ridges) * 8, ...points.map(p => p.x * 1.5));
    const slowest = Math.min(...roof.memory.map(m => m.bytes_per_s));
    const bottom = Math.min(Math.max(slowest * low, peak / 3e4), ...points.map(p => p.low));
    return chart({
        kind: 'roofline', wide, title: `Roofline ${roof.dtype}, ${threadsText(roof.threads)}`,
        x: {label: 'operational intensity (operations / byte)', low, high, log: 10,
            format: plainNumber},
        y: {label: `rate (${unit})`, low: bottom / 1.4, high: peak * 2, log: 10,
            format: v => si(v, unit)},
        lines: roofLines(roof, low, high), series,
        note: points.length ? null : 'No operator of this type and thread count was measured.',
    });
}

/* A roofline for each type that has operators; without any, for each type. */
function rooflines({view, rows, filter}) {
    const operators = rows.filter(row => isOperator(row) && row.work &&
        row.work.ops > 0 && row.work.bytes_min > 0);
    const whole = view.rooflines.filter(r => r.compute.length && r.memory.length &&
        (!filter.dtype || r.dtype === filter.dtype));
    const types = [...groups(whole, r => r.dtype)];
    const used = types.filter(([dtype]) => operators.some(row => row.dtype === dtype));
    return (used.length ? used : types).flatMap(([dtype, roofs]) =>
        chosenThreads(roofs.map(r => r.threads), filter).slice(-1).map(threads => roofline(
            view, roofs.find(r => r.threads === threads),
            operators.filter(row => row.dtype === dtype && row.threads === threads),
            used.length > 0)));
}

/* ---- memory ---- */

function sizeMarks(view) {
    return view.levels.filter(l => l.bytes > 0).map(l => ({
        at: l.bytes, text: `${l.name} ${bytesText(l.bytes)}`}));
}

function blockAxis(points) {
    return {label: 'block of each thread', low: Math.min(...points.map(p => p.x)) / 1.4,
            high: Math.max(...points.map(p => p.x)) * 1.4, log: 2, format: bytesText};
}

function staircase(view, rows, threads) {
    const series = [...groups(rows, row => row.params.pattern)].map(([name, of], i) => ({
        name, colour: colour(i), shape: i, dash: i, line: true,
        points: bestByX(of.map(row =>
            ratePoint(row, row.params.block_bytes, row.bytes_per_s, 'B/s'))),
    }));
    const points = series.flatMap(s => s.points);
    return chart({
        kind: 'bandwidth', title: `Bandwidth, ${threadsText(threads)}`, x: blockAxis(points),
        y: rateAxis('bandwidth, all threads', 'B/s', points.map(p => p.y), true),
        series, marks: sizeMarks(view), note: 'The best kernel at each size; read and written bytes count alike.',
    });
}

function latency(view, rows) {
    const points = rows.map(row => ({
        x: row.params.block_bytes, y: row.latency_s,
        name: `${bytesText(row.params.block_bytes)}\n${si(row.latency_s, 's')}` +
            (row.latency_cycles > 0 ? `, ${plainNumber(row.latency_cycles)} cycles` : '')}));
    const least = [...groups(points, p => p.x).values()].map(of =>
        of.reduce((a, b) => a.y < b.y ? a : b)).sort((a, b) => a.x - b.x);
    return chart({
        kind: 'latency', title: 'Latency of one load', x: blockAxis(least),
        y: rateAxis('latency', 's', least.map(p => p.y), true), marks: sizeMarks(view),
        series: [{name: 'chain of dependent loads', colour: colour(0), shape: 0, line: true,
                  points: least}],
    });
}

function memory({view, rows, filter}) {
    const all = rows.filter(row => row.family === 'membw' && row.params.block_bytes > 0);
    const moving = all.filter(row => row.bytes_per_s > 0 &&
        !['latency', 'stride'].includes(row.params.pattern) && !row.params.shared);
    const waiting = all.filter(row => row.params.pattern === 'latency' && row.latency_s > 0);
    const stairs = chosenThreads(distinct(moving.map(row => row.threads)), filter).map(threads =>
        staircase(view, moving.filter(row => row.threads === threads), threads));
    return waiting.length ? stairs.concat(latency(view, waiting)) : stairs;
}

/* ---- operators ---- */

function peakLine(view, dtype, threads, low, high) {
    const roof = view.rooflines.find(r => r.dtype === dtype && r.threads === threads);
    if (!roof)
        return [];
    const rate = roof.compute[0].ops_per_s;
    return [{name: `peak ${si(rate, opsUnit(dtype))}`, colour: 'var(--ink)', dash: 1,
             points: [{x: low, y: rate}, {x: high, y: rate}]}];
}

/* A picture for each type, of the chosen thread counts. */
function byType(rows, filter, picture) {
    return [...groups(rows, row => row.dtype)].flatMap(([dtype, of]) =>
        chosenThreads(distinct(of.map(row => row.threads)), filter).map(threads =>
            picture(dtype, threads, of.filter(row => row.threads === threads))));
}

function gemm({view, rows, filter}) {
    const square = rows.filter(row => row.family === 'gemm' && isOperator(row) && row.params.n > 0 &&
        row.params.m === row.params.n && row.params.n === row.params.k);
    return byType(square, filter, (dtype, threads, of) => {
        const unit = opsUnit(dtype), sizes = of.map(row => row.params.n);
        const low = Math.min(...sizes) / 1.3, high = Math.max(...sizes) * 1.3;
        const lines = peakLine(view, dtype, threads, low, high);
        const series = named(view, of, row => ratePoint(row, row.params.n, row.ops_per_s, unit))
            .map(s => ({...s, line: true}));
        const tops = [...lines, ...series].flatMap(s => s.points.map(p => p.y));
        return chart({
            kind: 'gemm', title: `GEMM ${dtype}, ${threadsText(threads)}`,
            x: {label: 'N (matrices of N x N)', low, high, log: 2, format: String},
            y: rateAxis('rate', unit, tops), lines, series,
        });
    });
}

/* Rates over names: layers, or pairs of bit widths. */
function overNames(spec, rows, nameFor, view) {
    const names = spec.names, unit = opsUnit(spec.dtype);
    const lines = spec.peak ? peakLine(view, spec.dtype, spec.threads, -0.5, names.length - 0.5) : [];
    const series = named(view, rows, row =>
        ratePoint(row, names.indexOf(nameFor(row)), row.ops_per_s, unit))
        .map(s => ({...s, line: false}));
    return chart({
        kind: spec.kind, title: spec.title, note: spec.note, lines, series,
        x: {label: spec.label, low: -0.5, high: names.length - 0.5, names},
        y: rateAxis('rate', unit, [...lines, ...series].flatMap(s => s.points.map(p => p.y)),
                    spec.log),
    });
}

function convolution({view, rows, filter}) {
    const layers = rows.filter(row => row.family === 'conv' && isOperator(row));
    return byType(layers, filter, (dtype, threads, of) => overNames({
        kind: 'conv', title: `Convolution ${dtype}, ${threadsText(threads)}`, dtype, threads,
        label: 'layer', names: distinct(of.map(shapeOf)), peak: true,
        note: 'All operations of the direct form are counted; Winograd\'s does fewer, and may pass the peak.',
    }, of, shapeOf, view));
}

/* Every width has a type of its own, so all types are in one picture. */
function bitWidths({view, rows, filter}) {
    const bits = rows.filter(row => bitsOf(row) && isOperator(row));
    const product = name => name.split('x').reduce((a, b) => a * b);
    return [...groups(bits, row => `${row.family} ${row.params.op || ''}`)].flatMap(([what, all]) =>
        chosenThreads(distinct(all.map(row => row.threads)), filter).map(threads => {
            const of = all.filter(row => row.threads === threads);
            const names = distinct(of.map(bitsOf)).sort((a, b) => product(a) - product(b));
            return overNames({
                kind: 'bits', title: `Bit widths, ${what}, ${threadsText(threads)}`, threads,
                dtype: of[0].dtype, label: 'bits of weights x activations', names, log: true,
                note: 'The fastest of all shapes at each pair of widths.',
            }, of, bitsOf, view);
        }));
}

/* ---- model ---- */

function modelPoint(view, operator, row) {
    return {
        x: operator.time_s, y: operator.limit_time_s,
        name: [row.family, nameOf(row), row.dtype, shapeOf(row), threadsText(row.threads)]
            .filter(Boolean).join(', ') +
            `\nmeasured ${si(operator.time_s, 's')}, ${operator.limit} allows ` +
            `${si(operator.limit_time_s, 's')}\n${plainNumber(operator.over_limit)} times the limit`,
    };
}

function predictedPoint(view, operator, row) {
    return {
        x: operator.undisturbed_s, y: operator.predicted_s,
        name: [row.family, nameOf(row), row.dtype, shapeOf(row), threadsText(row.threads)]
            .filter(Boolean).join(', ') +
            `\nmeasured ${si(operator.undisturbed_s, 's')}, model ` +
            `${si(operator.predicted_s, 's')}, bound by ${operator.binding}` +
            (operator.advice ? `\n${operator.advice}` : ''),
    };
}

/* The time model: predicted against measured, without what a neighbour on the core took. */
function timed({view, rows}) {
    const shown = new Set(rows);
    const known = view.operators.filter(o => o.predicted_s > 0 && shown.has(view.rows[o.row]));
    if (!known.length)
        return [];
    const series = [...groups(known, o => o.binding)].map(([binding, of], i) => ({
        name: `${binding} binds (${of.length})`, line: false, shape: i,
        colour: binding === 'compute' ? 'var(--ink)' : levelColour(binding.split(/[ -]/)[0]),
        points: of.map(o => predictedPoint(view, o, view.rows[o.row])),
    }));
    const times = series.flatMap(s => s.points.flatMap(p => [p.x, p.y]));
    const low = Math.min(...times) / 1.5, high = Math.max(...times) * 1.5;
    const axis = {low, high, log: 10, format: v => si(v, 's')};
    return [chart({
        kind: 'time', wide: true, title: 'Time model against measurement',
        x: {...axis, label: 'measured time'}, y: {...axis, label: 'predicted time'},
        lines: [{name: 'as measured', colour: 'var(--soft)', dash: 1,
                 points: [{x: low, y: low}, {x: high, y: high}]}], series,
        note: 'Time from counted work and the ceilings of this document; the few figures between ' +
            `were fitted to it. Its own scatter: ${plainNumber(100 * view.model_spread)} %.`,
    })];
}

function modelled({view, rows}) {
    return [...timed({view, rows}), ...nearest({view, rows})];
}

function nearest({view, rows}) {
    const shown = new Set(rows);
    const known = view.operators.filter(o => o.time_s > 0 && o.limit_time_s > 0 &&
        shown.has(view.rows[o.row]));
    if (!known.length)
        return [];
    const series = [...groups(known, o => o.limit)].map(([limit, of], i) => ({
        name: `${limit} is nearest (${of.length})`, line: false, shape: i,
        colour: limit === 'compute' ? 'var(--ink)' : levelColour(limit),
        points: of.map(o => modelPoint(view, o, view.rows[o.row])),
    }));
    const times = series.flatMap(s => s.points.flatMap(p => [p.x, p.y]));
    const low = Math.min(...times) / 1.5, high = Math.max(...times) * 1.5;
    const axis = {low, high, log: 10, format: v => si(v, 's')};
    return [chart({
        kind: 'model', wide: true, title: 'Model against measurement',
        x: {...axis, label: 'measured time'}, y: {...axis, label: 'time that the nearest limit allows'},
        lines: [{name: 'at the limit', colour: 'var(--soft)', dash: 1,
                 points: [{x: low, y: low}, {x: high, y: high}]}], series,
        note: 'On the line an operator runs at its nearest limit; below the line it is slower than ' +
            'the limit allows, above it has passed a limit of the model, by reuse in registers.',
    })];
}
