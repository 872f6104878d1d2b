import type {CertifiedInterval, Certifier, MakeCertifier} from '../../core/certificate.ts';
import type {Snapshot} from '../../core/protocol.ts';
import {success} from '../../core/result.ts';
import {BinaryBoundRounds, type BinaryBounds} from '../../numerics/binary/bounds.ts';
import {MOST_ENUMERATED} from '../../numerics/binary/enumeration.ts';
import {binaryQuadratic} from '../../numerics/binary/quadratic.ts';
import {forward, squares} from './host.ts';

const powerOfTwo = (p: number): string => `2^${p} = ${2 ** p}`;

/** What a closed interval proves. */
function claimOf({p, tried, copies}: BinaryBounds): string {
  const end = `no weights in {-1, +1} have a smaller E${copies > 1 ? `, and ${copies} weight vectors share it` : ''}.`;
  if (tried < 2 ** p) return `Proved by the semidefinite relaxation: ${end}`;
  return `Proved by trying all ${powerOfTwo(p)} weight vectors: ${end}`;
}

/** Why it stays open. */
const remainderOf = ({p}: BinaryBounds): string =>
  p > MOST_ENUMERATED
    ? `p = ${p} has too many weight vectors to try them all (${MOST_ENUMERATED} weights at most); the interval is what the semidefinite relaxation proves.`
    : 'As narrow as double precision allows on these data. The interval is proved.';

/**
 * The true optimum of binary least squares between two bounds: first the box, then the semidefinite relaxation with
 * its roundings, then, for up to 22 weights, all weight vectors.
 */
const makeCertifier: MakeCertifier = ({data, params}) => {
  const {d, train} = data;
  const p = d - 1;
  const alpha = Number(params.alpha);
  const measure = (w: ArrayLike<number>): number => squares(forward(w, alpha, train.x, train.n), train.y);
  const rounds = new BinaryBoundRounds(binaryQuadratic(train.x, train.y, d, p, alpha), measure);
  let last: BinaryBounds | null = null;

  const advance = (): CertifiedInterval => {
    last = rounds.next();
    const {lower, upper, tried, rows, second, improvable} = last;
    return {
      lower,
      upper,
      relativeGap: upper > 0 ? (upper - lower) / upper : 0,
      patterns: tried,
      working: rows.k,
      neurons: p,
      ...(Number.isFinite(second) ? {second} : {}),
      improvable,
    };
  };
  const network = (): Snapshot => {
    if (!last) throw new Error('there is no network before the first round');
    const {rows: {n, k, v}, w} = last;
    return {iteration: 0, shapes: {v: [n, k], w: [p]}, values: Float32Array.from([...v, ...w])};
  };
  const certifier: Certifier = {
    scope: 'global',
    get claim() {
      return last ? claimOf(last) : '';
    },
    get remainder() {
      return last ? remainderOf(last) : '';
    },
    advance,
    network,
  };
  return success(certifier);
};

export default makeCertifier;
