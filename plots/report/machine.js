/* The machine: its diagram, and the state that it was measured in. */

const DIAGRAM = 900, NAMES = 54, FACTS = 370, ROW = 44;

/* CPUs in an order that keeps together what shares caches. */
function orderedCpus(machine) {
    return [...(machine.cpus || [])].sort((a, b) =>
        a.kind - b.kind || a.core - b.core || a.cpu - b.cpu);
}

/* [first, count] of the places of the CPUs under each instance of a cache. */
function spansOf(cache, cpus) {
    const first = Math.max(0, cpus.findIndex(c => c.cpu === cache.first_cpu));
    const wide = Math.max(1, cache.shared_by || 1), spans = [];
    for (let i = 0; i < Math.max(1, cache.count || 1); i++)
        if (first + i * wide < cpus.length)
            spans.push([first + i * wide, Math.min(wide, cpus.length - first - i * wide)]);
    return spans;
}

function levelFacts(view, name, caches) {
    const level = view.levels ? view.levels.find(l => l.name === name) : null;
    const read = (view.rates || []).filter(r => r.level === name && r.pattern === 'read')
        .reduce((best, r) => !best || r.bytes_per_s > best.bytes_per_s ? r : best, null);
    const sizes = distinct(caches.map(c => c.bytes).filter(b => b > 0)).map(bytesText).join(', ');
    return [
        [sizes, caches.length && caches[0].shared_by > 1 ? `shared by ${caches[0].shared_by}` : null,
         level && level.measured_bytes ? `measured ${bytesText(level.measured_bytes)}` : null],
        [level && level.latency_s ? si(level.latency_s, 's') : null,
         level && level.latency_cycles ? `${plainNumber(level.latency_cycles)} cycles` : null,
         read ? `read ${si(read.bytes_per_s, 'B/s')} (${threadsText(read.threads)})` : null],
    ].map(line => line.filter(Boolean).join(', '));
}

function diagramRow(y, name, spans, cpus, facts, boxText, off) {
    const unit = (DIAGRAM - NAMES - FACTS) / Math.max(1, cpus.length);
    const gap = unit > 12 ? 4 : unit > 3 ? 1 : 0;
    return [
        draw('text', {x: 0, y: y + 22}, name),
        spans.map(([first, count]) => draw('rect', {
            class: off && off(first) ? 'box off' : 'box', x: NAMES + first * unit, y,
            width: Math.max(0.5, count * unit - gap), height: ROW - 10,
            rx: Math.min(4, count * unit / 5)})),
        spans.map(([first, count]) => boxText && boxText(first).length * 7 < count * unit - gap - 6
            ? draw('text', {x: NAMES + (first + count / 2) * unit - gap / 2, y: y + 21,
                            'text-anchor': 'middle'}, boxText(first)) : null),
        facts.map((line, i) => draw('text', {class: i ? 'soft' : null, x: DIAGRAM - FACTS + 12,
                                             y: y + 14 + 15 * i}, line)),
    ];
}

function ramText(machine) {
    return machine.ram_bytes > 0 ? bytesText(machine.ram_bytes) : '';
}

function machineDiagram(view, machine) {
    const cpus = orderedCpus(machine);
    if (!cpus.length)
        return null;
    const data = (machine.caches || []).filter(c => c.type !== 'instruction');
    const levels = [...groups(data, c => c.level)].sort((a, b) => b[0] - a[0]);
    const kinds = machine.cores || [];
    const ram = levelFacts(view, 'RAM', []);
    const parts = [diagramRow(4, 'RAM', [[0, cpus.length]], cpus,
                              [[ramText(machine), ram[0]].filter(Boolean).join(', '), ram[1]],
                              () => ramText(machine))];
    levels.forEach(([level, caches], i) => parts.push(diagramRow(
        4 + (i + 1) * ROW, `L${level}`, caches.flatMap(c => spansOf(c, cpus)), cpus,
        levelFacts(view, `L${level}`, caches), () => `L${level}`)));
    parts.push(diagramRow(
        4 + (levels.length + 1) * ROW, 'CPUs', cpus.map((c, i) => [i, 1]), cpus,
        [kinds.map(k => `${k.count} x ${k.kind}`).join(', '),
         kinds.map(k => k.max_hz > 0 ? si(k.max_hz, 'Hz') : null).filter(Boolean).join(', ')],
        i => String(cpus[i].cpu), i => cpus[i].allowed === false));
    return make('figure', {class: 'wide', 'data-chart': 'machine'}, make('h3', null, 'Machine'),
        draw('svg', {viewBox: `0 0 ${DIAGRAM} ${(levels.length + 2) * ROW + 4}`, role: 'img',
                     'aria-label': 'Cores, caches, and which cores share them'}, parts),
        make('figcaption', null, `${machine.cpu_model || ''}, ${machine.arch || ''}: ` +
            `${(machine.isa || []).join(', ')}. Each box is one core, cache or memory, as wide as ` +
            'the CPUs that it serves; a dashed CPU was not available.'));
}

/* ---- environment ---- */

function factText(object, key) {
    const value = object[key];
    if (value === null || value === undefined)
        return object[`${key}_reason`] ? `not known: ${object[`${key}_reason`]}` : 'not known';
    if (/_hz(_|$)/.test(key))
        return si(value, 'Hz');
    if (/bytes/.test(key) && typeof value === 'number')
        return bytesText(value);
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function factRows(object) {
    return Object.keys(object).filter(key => !key.endsWith('_reason')).map(key => make('tr', null,
        make('th', {scope: 'row'}, key.replaceAll('_', ' ')),
        make('td', {class: 'wrap'}, factText(object, key))));
}

function doubtList(doubts, rows) {
    const measured = rows.filter(row => row.origin !== 'published').length;
    if (rows.length && !measured)
        return [make('p', {class: 'doubt'}, 'Published figures: nothing was measured for them here.')];
    if (!doubts.length)
        return [make('p', {class: 'doubt'}, 'Nothing speaks against these figures.')];
    return doubts.map(d => make('p', {class: d.serious ? 'doubt serious' : 'doubt'},
                                `${d.serious ? 'Serious: ' : 'Note: '}${d.text}.`));
}

function environmentOf(doc, input, number) {
    const context = doc.context, tool = context.tool || {};
    return make('div', null,
        make('h3', null, input.path || `document ${number + 1}`),
        doubtList(input.doubts, doc.results),
        make('details', null, make('summary', null, 'Environment, tool and libraries'),
            make('div', {class: 'scroll'}, make('table', {class: 'facts'}, make('tbody', null,
                factRows(context.environment || {}),
                factRows({...tool, argv: (tool.argv || []).join(' ')}),
                factRows(context.libraries || {}))))));
}
