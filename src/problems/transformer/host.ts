import type {DataPart, PreparedData} from '../../core/data.ts';
import type {Evaluation, HostProblem} from '../../core/hostProblem.ts';
import type {ParamValues} from '../../core/params.ts';
import type {Snapshot} from '../../core/protocol.ts';
import {columnUnits, flatSpace} from '../../numerics/flatSpace.ts';
import type {HostHead} from '../../numerics/heads/hostHead.ts';
import {pointwiseKernel} from '../../numerics/pointwiseKernel.ts';
import {designOf} from '../../numerics/transformer/design.ts';
import {attentionPicture} from '../../numerics/transformer/hostAttentionPicture.ts';
import {type HostMachine, kinOf, machinesFor, modelOf, penaltyOf} from '../../numerics/transformer/hostMachine.ts';
import {readingOf} from '../../numerics/transformer/layout.ts';

/** Sums over a part of the data: losses of its samples, decisions and right ones among them. */
interface Seen {
  readonly loss: number;
  readonly decided: number;
  readonly right: number;
}

/** The class of a sample that has one. */
function labelOf({y}: DataPart, sample: number, k: number): number {
  if (k === 1) return y[sample] > 0 ? 1 : 0;
  let label = 0;
  while (y[sample * k + label] !== 1) label++;
  return label;
}

/** ln p_c by the head's own probabilities, or the softmax's: what classes are compared by. */
const logOf = (head: HostHead, z: Float64Array, at: number, c: number): number => -head.surprise(z, at, c);

/** The transformer in float64: J = sum_i loss_i + (beta/2) sum |W|^2 with the loss of the contestant's own head. */
export default function hostProblem(data: PreparedData, params: ParamValues): HostProblem {
  const {d, k, train, test, task} = data;
  const beta = Number(params.beta);
  const reading = readingOf(data, params);
  const {outputs, length} = reading;
  const isSequence = reading.kind === 'sequence';
  /** Logits of a sample, one set for each position of a sequence. */
  const sets = isSequence ? length : 1;
  const machineOf = machinesFor(reading);

  const loaded = (snapshot: Snapshot): HostMachine => {
    const machine = machineOf(snapshot);
    machine.net.values.set(snapshot.values);
    return machine;
  };

  /** Runs all rows of x and hands each sample to `look`: its number and where its logits start. */
  const forEach = ({forward}: HostMachine, x: Float64Array, n: number, look: (sample: number, at: number) => void): void => {
    for (let first = 0; first < n; first += forward.samples) {
      const samples = Math.min(forward.samples, n - first);
      forward.run(x, d, first, samples);
      for (let i = 0; i < samples; i++) look(first + i, i * sets * outputs);
    }
  };

  const isRight = (head: HostHead, z: Float64Array, at: number, label: number): boolean => {
    // As everywhere with two classes an output of 0 decides nothing and counts as wrong.
    if (task === 'binary') return logOf(head, z, at, label) > logOf(head, z, at, 1 - label);
    return head.decide(z, at) === label;
  };

  const see = (machine: HostMachine, part: DataPart): Seen => {
    const {head, forward: {logits}} = machine;
    let [loss, decided, right] = [0, 0, 0];
    forEach(machine, part.x, part.n, (sample, at) => {
      let [own, scored] = [0, 0];
      for (let s = 0; s < sets; s++) {
        const label = isSequence ? part.y[sample * length + s] : labelOf(part, sample, k);
        if (label < 0) continue;
        own += head.loss(logits, at + s * outputs, label);
        if (isRight(head, logits, at + s * outputs, label)) right++;
        scored++;
      }
      loss += own / Math.max(1, scored);
      decided += scored;
    });
    return {loss, decided, right};
  };

  const evaluate = (snapshot: Snapshot): Evaluation => {
    const machine = loaded(snapshot);
    const onTrain = see(machine, train);
    const onTest = see(machine, test);
    const penalty = penaltyOf(machine.net, beta);
    return {
      objective: onTrain.loss + penalty, penalty, rawPenalty: penalty,
      trainLoss: onTrain.loss / train.n, testLoss: onTest.loss / test.n,
      trainScore: onTrain.right / onTrain.decided, testScore: onTest.right / onTest.decided,
    };
  };

  /** Expected next tokens n x T, the difference of ln p for two classes, else ln p of each class. */
  const predict = (snapshot: Snapshot, x: Float64Array, n: number): Float64Array => {
    const machine = loaded(snapshot);
    const {head, forward: {logits}} = machine;
    const out = new Float64Array(n * k);
    forEach(machine, x, n, (sample, at) => {
      if (isSequence) for (let s = 0; s < length; s++) out[sample * k + s] = head.decide(logits, at + s * outputs);
      else if (k === 1) out[sample] = logOf(head, logits, at, 1) - logOf(head, logits, at, 0);
      else for (let c = 0; c < k; c++) out[sample * k + c] = logOf(head, logits, at, c);
    });
    return out;
  };

  return {
    evaluate,
    predict,
    kin: kinOf,
    share: (paths) =>
      flatSpace(paths, columnUnits, (like, plane) => {
        const machine = machineOf(like);
        return pointwiseKernel((point) => {
          machine.net.values.set(point);
          return see(machine, train).loss + penaltyOf(machine.net, beta);
        }, plane);
      }),
    attention(snapshot, example) {
      const {forward, net} = loaded(snapshot);
      return attentionPicture({data, reading, forward, layers: net.layers.length, design: designOf(modelOf(snapshot)), iteration: snapshot.iteration}, example);
    },
  };
}
