import { LitElement, html, nothing } from 'lit';
import { table } from './table.js';

/**
 * One chart over days, with its numbers as a table for those who would rather read them.
 *
 * @typedef {object} Line
 * @property {string} name
 * @property {(number|null)[]} values one for each place on the x axis; null: none
 * @property {'bar'|'line'} [kind]
 * @property {boolean} [dashed] what is not yet
 * @property {string} [stack] bars of one name stand on each other
 *
 * @typedef {object} Content
 * @property {string[]} x
 * @property {Line[]} lines
 * @property {{name: string, lower: (number|null)[], upper: (number|null)[]}} [band]
 * @property {(value: number) => string} format
 * @property {(x: string) => string} xFormat
 * @property {string} [xLabel] what is on the x axis, unless days are
 */
class Chart extends LitElement {
  static properties = {
    label: {},
    /** @type {Content} */
    content: { attribute: false },
    asTable: { state: true },
    failed: { state: true },
  };
  #chart;
  #sizes = new ResizeObserver(() => this.#chart?.resize());
  #dark = matchMedia('(prefers-color-scheme: dark)');
  #redraw = () => this.#draw();

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#dark.addEventListener('change', this.#redraw);
    if (this.hasUpdated) this.#draw();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#dark.removeEventListener('change', this.#redraw);
    this.#drop();
  }

  updated(changed) {
    if (changed.has('content') || changed.has('asTable')) this.#draw();
  }

  render() {
    return html`
      ${this.failed ? html`<div class="note bad" role="alert"><div>The chart could not be loaded; here are its numbers.</div></div>` : nothing}
      ${this.asTable || this.failed ? this.#table() : html`<div class="chart" role="img" aria-label=${this.label}></div>`}
      ${this.failed ? nothing : html`<p><button class="quiet small" @click=${() => (this.asTable = !this.asTable)}>${this.asTable ? 'Show as chart' : 'Show as table'}</button></p>`}`;
  }

  #table() {
    const { x, lines, band, format, xFormat, xLabel = 'Day' } = this.content;
    const columns = [
      { label: xLabel, head: true, cell: (index) => xFormat(x[index]) },
      ...lines.map((line) => ({ label: line.name, number: true, cell: (index) => (line.values[index] === null ? '' : format(line.values[index])) })),
      ...(band ? [{ label: band.name, number: true, cell: (index) => (band.upper[index] === null ? '' : `${format(band.lower[index])} – ${format(band.upper[index])}`) }] : []),
    ];
    return html`<div class="chart-rows">${table(columns, x.map((_, index) => index).reverse(), { label: this.label })}</div>`;
  }

  async #draw() {
    const place = this.querySelector('.chart');
    if (!place || !this.content) return this.#drop();
    try {
      const { init } = await import('./echarts.js');
      if (!place.isConnected) return;
      if (this.#chart?.getDom() !== place) {
        this.#drop();
        this.#chart = init(place);
        this.#sizes.observe(place);
      }
      this.#chart.setOption(optionOf(this.content, colours(this), place.clientWidth), { notMerge: true });
    } catch (failure) {
      console.error(failure);
      this.failed = true;
    }
  }

  #drop() {
    this.#sizes.disconnect();
    this.#chart?.dispose();
    this.#chart = undefined;
  }
}

function colours(element) {
  const style = getComputedStyle(element);
  const of = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    text: of('text'), soft: of('soft'), line: of('line'), card: of('raised'), band: of('bar'),
    series: [1, 2, 3, 4, 5, 6].map((index) => of(`series-${index}`)), font: style.fontFamily,
  };
}

function optionOf({ x, lines, band, format, xFormat }, colour, width) {
  const label = { color: colour.soft, fontFamily: colour.font, fontSize: 12 };
  const legend = lines.length > 1 || band;
  return {
    animation: false,
    color: colour.series,
    textStyle: { fontFamily: colour.font },
    grid: { left: 4, right: 12, top: legend ? 40 : 14, bottom: 4, containLabel: true },
    legend: legend ? { type: 'scroll', top: 0, left: 0, icon: 'roundRect', itemWidth: 12, itemHeight: 8, textStyle: { ...label, color: colour.text, width: 160, overflow: 'truncate' }, pageTextStyle: label, data: lines.map((line) => line.name).concat(band ? [band.name] : []) } : undefined,
    tooltip: {
      trigger: 'axis', renderMode: 'richText', confine: true, backgroundColor: colour.card, borderColor: colour.line, textStyle: { color: colour.text, fontFamily: colour.font, fontSize: 13 },
      axisPointer: { type: 'line', lineStyle: { color: colour.soft } },
      formatter: (places) => told(places[0].dataIndex, { x, lines, band, format, xFormat }),
    },
    xAxis: { type: 'category', data: x, boundaryGap: lines.some((line) => line.kind === 'bar'), axisLine: { lineStyle: { color: colour.line } }, axisTick: { show: false }, axisLabel: { ...label, formatter: xFormat, hideOverlap: true, interval: Math.max(0, Math.ceil((x.length * 74) / Math.max(width - 60, 1)) - 1) } },
    yAxis: { type: 'value', splitNumber: 4, splitLine: { lineStyle: { color: colour.line } }, axisLabel: { ...label, formatter: format } },
    series: [...lines.map((line, index) => lineOf(line, index, colour)), ...(band ? bandOf(band, colour) : [])],
  };
}

/** The chart knows no other kind. */
const number = (value) => value && Number(value);

const lineOf = (line, index, colour) => ({
  name: line.name,
  type: line.kind ?? 'line',
  data: line.values.map(number),
  stack: line.stack,
  barMaxWidth: 28,
  itemStyle: { color: colour.series[index % colour.series.length], borderRadius: line.stack ? 0 : [3, 3, 0, 0] },
  lineStyle: { width: 2, type: line.dashed ? 'dashed' : 'solid' },
  symbol: line.values.filter((value) => value !== null).length === 1 ? 'circle' : 'none',
  emphasis: { disabled: true },
});

/** A line at the lower bound that is not seen, and what lies above it up to the upper one. */
const bandOf = (band, colour) => [
  { name: '', type: 'line', stack: 'band', data: band.lower.map(number), symbol: 'none', lineStyle: { opacity: 0 }, emphasis: { disabled: true }, tooltip: { show: false } },
  {
    name: band.name, type: 'line', stack: 'band', symbol: 'none', lineStyle: { opacity: 0 }, itemStyle: { color: colour.band }, areaStyle: { color: colour.band, opacity: 0.75 }, emphasis: { disabled: true },
    data: band.upper.map((upper, index) => (upper === null ? null : upper - band.lower[index])),
  },
];

function told(index, { x, lines, band, format, xFormat }) {
  const shown = lines.filter((line) => line.values[index] !== null && line.values[index] !== undefined).map((line) => `${line.name}  ${format(line.values[index])}`);
  if (band && band.upper[index] !== null) shown.push(`${band.name}  ${format(band.lower[index])} – ${format(band.upper[index])}`);
  return [xFormat(x[index]), ...shown].join('\n');
}

customElements.define('tt-chart', Chart);
