/** What is not known. */
export const UNKNOWN = '–';

/** Holds a number and its unit together. */
const SPACE = '\u00a0';
const COUNT = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const MINUTE = 60;
const HOUR = 60 * MINUTE;

export type Figure = number | null | undefined;

function known(value: Figure): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** `2,312` */
export function count(value: Figure): string {
  return known(value) ? COUNT.format(value) : UNKNOWN;
}

/** `1 pair`, `2,312 pairs` */
export function counted(value: Figure, noun: string): string {
  return known(value) ? `${count(value)}${SPACE}${value === 1 ? noun : `${noun}s`}` : UNKNOWN;
}

/** Three significant digits, in full: `0.0312`, `12.3`; very small and very large ones with an exponent. */
export function decimal(value: Figure): string {
  if (!known(value)) return UNKNOWN;
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e6)) return minus(value.toExponential(2));
  const digits = size === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(size)));
  return minus(value.toFixed(Math.min(6, digits)));
}

/** `3.00e-4`: what people compare by its power of ten. */
export function scientific(value: Figure): string {
  if (!known(value)) return UNKNOWN;
  return value === 0 ? '0' : minus(value.toExponential(2));
}

/** A share as `61.0 %` */
export function percent(share: Figure): string {
  return known(share) ? `${minus((100 * share).toFixed(1))}${SPACE}%` : UNKNOWN;
}

/** `57.1 to 65.2 %` */
export function percentRange(low: Figure, high: Figure): string {
  return known(low) && known(high) ? `${percent(low).slice(0, -2)} to ${percent(high)}` : UNKNOWN;
}

/** Seconds as `42 s`, `6 min 20 s`, `1 h 3 min` */
export function duration(seconds: Figure): string {
  if (!known(seconds) || seconds < 0) return UNKNOWN;
  const whole = Math.round(seconds);
  if (whole < MINUTE) return `${whole}${SPACE}s`;
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)}${SPACE}min ${whole % MINUTE}${SPACE}s`;
  const minutes = Math.round(whole / MINUTE);
  return `${count(Math.floor(minutes / MINUTE))}${SPACE}h ${minutes % MINUTE}${SPACE}min`;
}

/** Bytes as `2.41 GB` */
export function bytes(value: Figure): string {
  if (!known(value)) return UNKNOWN;
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, value < 1 ? 0 : Math.floor(Math.log10(value) / 3));
  return `${decimal(value / 1000 ** power)}${SPACE}${units[power]}`;
}

/** A value in a check's unit: `61.0 %`, `1.08 ×`, `0.0312 nats`, `493 pairs` */
export function inUnit(value: Figure, unit: string): string {
  if (!known(value)) return UNKNOWN;
  switch (unit) {
    case 'share':
      return percent(value);
    case 'ratio':
      return `${decimal(value)}${SPACE}×`;
    case 'pairs':
      return counted(value, 'pair');
    default:
      return `${Number.isInteger(value) ? count(value) : decimal(value)}${SPACE}${unit}`.trimEnd();
  }
}

/** A setting as people write it: `3.0E-4` as `0.0003`, `q,k,v,o` as it is. */
export function setting(text: string): string {
  return text.trim() === '' || Number.isNaN(Number(text)) ? text : String(Number(text));
}

/** `preference-accuracy`, `sameAnswer` or `same_answer` as `Preference accuracy`, `Same answer` */
export function sentenceCase(name: string): string {
  const words = name
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll(/[-_]+/g, ' ')
    .toLowerCase();
  return (words.charAt(0).toUpperCase() + words.slice(1)).replace(/\bkl\b/i, 'KL');
}

/** A remark as a sentence: `Mean of 12 tokens.` */
export function sentence(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') return '';
  return `${trimmed.charAt(0).toUpperCase()}${trimmed.slice(1)}${/[.!?…]$/.test(trimmed) ? '' : '.'}`;
}

/** A true minus instead of a hyphen, and no minus before a nothing. */
function minus(text: string): string {
  return text.replace(/^-/, Number(text) === 0 ? '' : '−');
}
