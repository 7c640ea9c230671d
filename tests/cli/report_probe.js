/* Put at the end of a report by test_report.sh: uses the page as a person would, and leaves what it
 * saw as JSON in the element `probe`. */

function probeRows() {
    return [...document.querySelectorAll('tr[data-row]')].map(tr => ({
        row: Number(tr.dataset.row), cells: [...tr.cells].map(td => td.textContent),
        values: [...tr.cells].map(td => td.dataset.value === undefined ? null : Number(td.dataset.value)),
    }));
}

function probeCharts() {
    return [...document.querySelectorAll('figure')].map(f => ({
        kind: f.dataset.chart, title: f.querySelector('h3').textContent,
        points: [...f.querySelectorAll('.point')].map(p => [Number(p.dataset.x), Number(p.dataset.y)]),
        broken: /NaN|Infinity|undefined/.test(f.innerHTML),
    }));
}

function probeFilter(key, value) {
    const select = document.querySelector(`select[data-filter=${key}]`);
    select.value = value;
    select.dispatchEvent(new Event('change'));
    return {rows: probeRows(), charts: probeCharts()};
}

function probeTip() {
    const points = document.querySelectorAll('.point');
    if (points.length < 2)
        return null;
    const tip = document.getElementById('tip');
    const seen = () => tip.hidden ? null : tip.textContent;
    const send = (point, type) => point.dispatchEvent(new MouseEvent(type, {bubbles: true}));
    const told = {name: points[0].dataset.name, other: points[1].dataset.name, before: seen()};
    send(points[0], 'mouseover');
    told.over = seen();
    send(points[0], 'mouseout');
    told.out = seen();
    send(points[0], 'click');
    send(points[0], 'mouseout');
    send(points[1], 'mouseover');
    told.fixed = seen();
    send(points[0], 'click');
    told.released = seen();
    return told;
}

function probeSort() {
    const head = () => [...document.querySelectorAll('th[scope=col]')]
        .find(th => th.textContent === 'rate');
    head().querySelector('button').click();
    const up = probeRows();
    head().querySelector('button').click();
    return {up, down: probeRows(), direction: head().getAttribute('aria-sort')};
}

function probe() {
    const seen = {title: document.title, rows: probeRows(), charts: probeCharts()};
    if (document.querySelector('.filters')) {
        seen.tip = probeTip();
        seen.gemm = probeFilter('family', 'gemm');
        seen.sort = probeSort();
        seen.none = probeFilter('threads', document.querySelector(
            'select[data-filter=threads] option:last-child').value);
    }
    seen.errors = window.probeErrors;
    seen.requests = performance.getEntriesByType('resource').map(r => r.name);
    const out = document.createElement('pre');
    out.id = 'probe';
    out.textContent = encodeURIComponent(JSON.stringify(seen));
    document.body.append(out);
}

addEventListener('load', probe);
