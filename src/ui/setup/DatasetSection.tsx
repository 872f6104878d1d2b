import {NativeSelect} from '@mantine/core';
import {CATALOGUE} from '../../catalogue.ts';
import type {DatasetSpec} from '../../core/plugin.ts';
import {actions, useBasin} from '../../state/basin.ts';
import {FieldLabel} from '../forms/FieldLabel.tsx';
import {ParamForm} from '../forms/ParamForm.tsx';
import {DataPreview} from './DataPreview.tsx';
import {OwnPoints, tableAndList} from './OwnPoints.tsx';
import {Summary} from './Summary.tsx';

const FAMILIES: readonly {readonly family: DatasetSpec['family']; readonly group: string}[] = [
  {family: 'generated', group: 'Generated'},
  {family: 'real', group: 'Real'},
  {family: 'own', group: 'Own'},
];

export function DatasetSection() {
  const dataset = useBasin((state) => state.experiment.dataset);
  const spec = CATALOGUE.datasets[dataset.id];
  const own = tableAndList(spec);
  const groups = FAMILIES.map(({family, group}) => ({
    group,
    items: Object.values(CATALOGUE.datasets)
      .filter((one) => one.family === family)
      .map((one) => ({value: one.id, label: one.label})),
  }));
  return (
    <section className="group" aria-labelledby="data-heading">
      <h2 id="data-heading">Data</h2>
      <div className="field">
        <FieldLabel htmlFor="dataset" label="data set" help={spec.summary + (spec.licence ? ` Licence: ${spec.licence}.` : '')} />
        <NativeSelect
          id="dataset"
          className="field-choice"
          size="xs"
          data-testid="dataset-select"
          value={dataset.id}
          data={groups.filter((group) => group.items.length > 0)}
          onChange={(event) => actions.setDataset(event.currentTarget.value)}
        />
      </div>
      <DataPreview />
      {own && <OwnPoints table={own.table} list={own.list} />}
      {Object.keys(spec.params).length > 0 && (
        <details className="more">
          <summary>
            <span className="more-line">
              <Summary specs={spec.params} values={dataset.params} most={3} />
            </span>
          </summary>
          <ParamForm
            specs={spec.params}
            values={dataset.params}
            onCommit={(key, value) => actions.setDatasetParams({[key]: value})}
            except={own ? [own.table, own.list] : []}
          />
        </details>
      )}
    </section>
  );
}
