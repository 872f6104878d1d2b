import {number} from '../format.ts';

const SQUARES: Readonly<Record<string, string>> = {'2': '²', '3': '³', '4': '⁴'};

/** An expression as it is read: dots for products, small powers raised, numbers to four digits. */
export const expressionWords = (expression: string): string =>
  expression
    .replace(/\((\d[\d.]*(?:e[-+]?\d+)?)\)/gi, '$1')
    .replace(/(?<![\w.])\d+(?:\.\d+)?(?:e[-+]?\d+)?/gi, (digits) => number(Number(digits)))
    .replace(/\s*\^\s*([234])(?![\d.])/g, (_, power: string) => SQUARES[power])
    .replace(/\s*\*\s*/g, ' · ')
    .replaceAll('-', '\u2212');
