/** Figures of more digits than a number of JavaScript's holds: neither read nor sent rounded. */

/** As many digits as every number holds. */
const HELD = 15;
const PLAIN = /^-?\d+(\.\d+)?$/;

/** A number to reckon with, and every digit of it to show and to send. */
export class Exact extends Number {
  constructor(source) {
    super(source);
    this.source = source;
  }

  toString() {
    return this.source;
  }

  toJSON() {
    return JSON.rawJSON(this.source);
  }
}

/** Browsers that can do this can do both ways. */
export const canBeExact = Boolean(JSON.rawJSON);

export const isPlain = (text) => PLAIN.test(text);

/** @param text digits, with at most one point among them */
export function numberOf(text) {
  const source = text.replace(/^(-?)0+(?=\d)/, '$1');
  const digits = source.replace(/\D/g, '').replace(/^0+/, '');
  return digits.length > HELD && String(Number(source)) !== source ? new Exact(source) : Number(source);
}

/** Looks at every number only where one may be that long. */
export const parse = (text) => (canBeExact && /\d[\d.]{15}/.test(text) ? JSON.parse(text, exactly) : JSON.parse(text));

const exactly = (_, value, context) => (typeof value === 'number' && isPlain(context.source) ? numberOf(context.source) : value);
