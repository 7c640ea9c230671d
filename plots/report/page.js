/* The page: reads what is embedded, and draws each view anew when its filters change. */

function embedded(id) {
    return JSON.parse(document.getElementById(id).textContent);
}

const SECTIONS = [
    ['Rooflines', rooflines, 'No thread count has both a peak and a read bandwidth.'],
    ['Memory', memory, null],
    ['Matrix multiply', gemm, null],
    ['Convolution', convolution, null],
    ['Bit widths', bitWidths, null],
    ['Model', modelled, null],
];

/* A row without a family stands in the place of one of another kind of core. */
function passes(row, filter) {
    return row.family !== undefined && (!filter.family || row.family === filter.family) &&
        (!filter.dtype || row.dtype === filter.dtype) &&
        (!filter.threads || row.threads === Number(filter.threads));
}

/* Rooflines and limits need no row of the filtered family: peaks and bandwidths stay their roofs. */
function sections(state) {
    const rows = state.view.rows.filter(row => row.status === 'ok' && passes(row, state.filter));
    return SECTIONS.map(([title, picture, missing]) => {
        const figures = picture({view: state.view, rows, filter: state.filter});
        if (!figures.length && !missing)
            return null;
        return make('section', null, make('h2', null, title),
            figures.length ? make('div', {class: 'columns'}, figures)
                : make('p', {class: 'note'}, missing));
    });
}

function redrawTable(state) {
    const rows = state.view.rows.filter(row => passes(row, state.filter));
    const again = change => {
        Object.assign(state.sort, change);
        redrawTable(state);
    };
    state.table.replaceChildren(rowsTable({view: state.view, rows}, state.sort, again));
}

function redraw(state) {
    state.release();
    state.pictures.replaceChildren(...sections(state).filter(Boolean));
    redrawTable(state);
}

function filterOf(state, key, label, values) {
    const select = make('select', {'data-filter': key}, make('option', {value: ''}, 'all'),
        values.map(value => make('option', {value}, value)));
    select.addEventListener('change', () => {
        state.filter[key] = select.value;
        redraw(state);
    });
    return make('label', null, `${label} `, select);
}

function filters(state) {
    const rows = state.view.rows;
    return make('nav', {class: 'filters', 'aria-label': 'filters'},
        filterOf(state, 'family', 'family', distinct(rows.map(row => row.family))),
        filterOf(state, 'dtype', 'type', distinct(rows.map(row => row.dtype))),
        filterOf(state, 'threads', 'threads',
                 distinct(rows.map(row => row.threads)).sort((a, b) => a - b)),
        make('span', {class: 'note'}, 'A point tells its name; a click fixes it.'));
}

/* The rows of a view's documents, as the models counted them; those of other kinds of cores
 * leave an empty place. */
function joinRows(view, documents) {
    const all = view.documents.flatMap(number => documents[number].results);
    return all.map(row => !view.core_kind || !row.core_kind || row.core_kind === view.core_kind
        ? row : {params: {}});
}

function showView(view, documents, model, release) {
    const machine = documents[view.documents[0]].context.machine;
    const root = make('article', {class: 'view'},
        make('h2', null, [view.machine || 'unknown machine', view.core_kind].filter(Boolean).join(', ')),
        view.emulated ? make('p', {class: 'emulated'},
            'Emulated: no figure of this document is drawn, modelled or compared.') : null,
        machineDiagram(view, machine),
        make('section', {class: 'trust'}, make('h2', null, 'How far to trust it'),
            make('div', {class: 'columns'}, view.documents.map(n =>
                environmentOf(documents[n], model.inputs[n], n)))));
    document.getElementById('views').append(root);
    if (view.emulated)
        return;
    view.rows = joinRows(view, documents);
    const state = {view, release, filter: {}, sort: {by: null, down: false, all: false},
                   pictures: make('div', {class: 'pictures'}), table: make('div', null)};
    root.append(filters(state), state.pictures, make('h2', null, 'Rows'), state.table);
    redraw(state);
}

/* Each document can be taken out of the page again, as the file that it was. */
function showFiles(model) {
    const list = make('ul', null, model.inputs.map((input, n) => {
        const button = make('button', {type: 'button'}, 'save as JSON');
        button.addEventListener('click', () => {
            const text = document.getElementById(`document-${n}`).textContent;
            const link = make('a', {download: 'cachebound.json',
                href: URL.createObjectURL(new Blob([text], {type: 'application/json'}))});
            link.click();
            URL.revokeObjectURL(link.href);
        });
        return make('li', null, input.path || `document ${n + 1}`, ' ', button);
    }));
    document.getElementById('files').append(make('h2', null, 'Documents in this page'), list);
}

function start() {
    const model = embedded('model'), release = watchTips();
    const documents = model.inputs.map((input, n) => embedded(`document-${n}`));
    for (const view of model.views)
        showView(view, documents, model, release);
    showFiles(model);
}

document.addEventListener('DOMContentLoaded', start);
