import {NativeSelect} from '@mantine/core';
import {BUDGET_AXES, type BudgetAxis} from '../../core/experiment.ts';
import {actions, useBasin} from '../../state/basin.ts';
import {isSurface} from '../../state/fitting.ts';
import {FieldLabel} from '../forms/FieldLabel.tsx';
import {NumberField} from '../forms/NumberField.tsx';
import {IconButton} from '../widgets/IconButton.tsx';

const AMOUNT = {
  label: 'amount',
  help: 'Every contestant stops when it has used so much.',
  min: 1,
  max: 1e6,
  default: 1000,
  scale: 'log',
} as const;
const SEED = {
  label: 'seed',
  help: 'Decides initial weights, mini-batches and sampled patterns. The same seed gives the same race.',
  min: 0,
  max: 4294967295,
  default: 1,
  integer: true,
  scale: 'linear',
} as const;
const AXIS_NAMES: Readonly<Record<BudgetAxis, string>> = {
  iterations: 'iterations',
  evaluations: 'full-data passes',
  seconds: 'seconds of compute',
};

/** The race's terms: the same for all contestants. */
export function BudgetSection() {
  const budget = useBasin((state) => state.experiment.budget);
  const seed = useBasin((state) => state.experiment.seed);
  const surface = useBasin((state) => isSurface(state.experiment));
  // One step on a surface is one gradient; what came otherwise in a link stays.
  const axes = BUDGET_AXES.filter((axis) => !surface || axis === 'iterations' || axis === budget.axis);
  return (
    <section className="group" aria-labelledby="budget-heading">
      <h2 id="budget-heading">
        Budget <span className="faint">equal for all</span>
      </h2>
      <div className="form">
        <div className="field">
          <FieldLabel
            htmlFor="budget-axis"
            label="unit"
            help="What is equal for all: steps, work, or time of a contestant's own steps."
          />
          <NativeSelect
            id="budget-axis"
            className="field-choice"
            size="xs"
            value={budget.axis}
            data={axes.map((axis) => ({value: axis, label: AXIS_NAMES[axis]}))}
            onChange={(event) => {
              const axis = BUDGET_AXES.find((one) => one === event.currentTarget.value);
              if (axis) actions.setBudget({axis});
            }}
          />
        </div>
        <NumberField spec={AMOUNT} value={budget.amount} onCommit={(amount) => actions.setBudget({amount})} />
        <div className="seed">
          <NumberField spec={SEED} value={seed} onCommit={actions.setSeed} slider={false} />
          <IconButton icon="dice" label="Next seed" size={26} onClick={() => actions.setSeed((seed + 1) % 4294967296)} />
        </div>
      </div>
    </section>
  );
}
