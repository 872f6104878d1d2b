import type {DataPart} from '../../core/data.ts';
import type {HostLoss} from '../../core/hostProblem.ts';
import {type NetModel, realLengths, weightCount} from '../../numerics/binary/netModel.ts';
import type {Latent} from '../../numerics/binary/netSamples.ts';

/** What J over latent parameters depends on beside them. `part.x` holds the network's inputs, n x inputs. */
export interface Setting {
  readonly model: NetModel;
  readonly part: DataPart;
  readonly loss: HostLoss;
}

/** A latent network as a point: mu, rank rows of Z, the noise where some network has it, bias, scale, shift. */
export function pointOf(latent: Latent, rank: number, noise: boolean): Float64Array {
  const count = latent.mu.length;
  const parts = [latent.mu, latent.z, new Float64Array((rank - latent.rank) * count)];
  if (noise) parts.push(latent.noise ?? new Float64Array(count));
  parts.push(latent.bias, latent.scale, latent.shift);
  const point = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    point.set(part, at);
    at += part.length;
  }
  return point;
}

/** The other way round. */
export function latentAt(model: NetModel, point: Float64Array, rank: number, noise: boolean): Latent {
  const count = weightCount(model);
  let at = 0;
  const take = (length: number): Float64Array => {
    at += length;
    return point.slice(at - length, at);
  };
  const {bias = 0, scale = 0, shift = 0} = realLengths(model);
  return {rank, mu: take(count), z: take(rank * count), noise: noise ? take(count) : null, bias: take(bias), scale: take(scale), shift: take(shift)};
}
