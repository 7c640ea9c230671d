/* All rows of a view as a table that is sorted by a click on its head. */

const ROWS_SHOWN = 200;

function exactCell(value, text) {
    return make('td', {class: 'number', 'data-value': Number.isFinite(value) ? value : null}, text);
}

function textCell(value) {
    return make('td', null, value ?? '');
}

/* name, what is sorted by, the cell. Of numbers, data-value is what stands in the document. */
const COLUMNS = [
    ['family', r => r.row.family, textCell],
    ['name', r => nameOf(r.row), textCell],
    ['kernel', r => r.row.kernel, textCell],
    ['type', r => r.row.dtype, textCell],
    ['threads', r => r.row.threads, v => exactCell(v, v)],
    ['shape', r => shapeOf(r.row), textCell],
    ['time', r => r.row.time_s ? r.row.time_s.median : null, v => exactCell(v, si(v, 's'))],
    ['rate', r => r.row.ops_per_s, (v, r) => exactCell(v, si(v, opsUnit(r.row.dtype)))],
    ['bandwidth', r => r.row.bytes_per_s, v => exactCell(v, si(v, 'B/s'))],
    ['nearest limit', r => r.operator ? r.operator.limit : null, textCell],
    ['times limit', r => r.operator ? r.operator.over_limit : null,
     v => exactCell(v, Number.isFinite(v) ? plainNumber(v) : '')],
    ['status', r => r.row.status, (v, r) => make('td', {title: r.row.reason}, v)],
];

/* Unknown values come last whichever way it is sorted. */
function compareBy(value, down) {
    return (a, b) => {
        const x = value(a), y = value(b), noX = x === null || x === undefined,
            noY = y === null || y === undefined;
        if (noX || noY)
            return noX - noY;
        const order = typeof x === 'number' && typeof y === 'number' ? x - y
            : String(x).localeCompare(String(y), 'en', {numeric: true});
        return down ? -order : order;
    };
}

function tableRow(record, columns) {
    return make('tr', {'data-row': record.number},
                columns.map(([, value, cell]) => cell(value(record), record)));
}

/* sort: {by, down, all}, kept by the caller; again() draws anew. */
function rowsTable({view, rows}, sort, again) {
    const shown = new Set(rows), operators = new Map(view.operators.map(o => [o.row, o]));
    const records = view.rows.map((row, number) => ({row, number, operator: operators.get(number)}))
        .filter(r => shown.has(r.row));
    if (sort.by !== null)
        records.sort(compareBy(COLUMNS[sort.by][1], sort.down));
    const cut = sort.all ? records : records.slice(0, ROWS_SHOWN);
    const heads = COLUMNS.map(([name], i) => {
        const button = make('button', {type: 'button'}, name);
        button.addEventListener('click', () => again({by: i, down: sort.by === i && !sort.down}));
        return make('th', {scope: 'col', 'aria-sort': sort.by !== i ? null
            : sort.down ? 'descending' : 'ascending'}, button);
    });
    const more = make('button', {type: 'button', class: 'more'}, `show all ${records.length}`);
    more.addEventListener('click', () => again({all: true}));
    return make('div', {class: 'rows'},
        make('p', {class: 'note'}, `${cut.length} of ${records.length} rows. `,
             cut.length < records.length ? more : null),
        make('div', {class: 'scroll'}, make('table', null,
            make('thead', null, make('tr', null, heads)),
            make('tbody', null, cut.map(record => tableRow(record, COLUMNS))))));
}
