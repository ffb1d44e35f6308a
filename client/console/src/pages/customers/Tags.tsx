import { Input, Table, Tag as Label, Tooltip } from 'antd'
import type { Names } from '../../api/catalog'
import type { Tag } from '../../api/generated/zhice/v1/customer_service_pb'
import { ago, dateTime, valueText } from '../../app/format'
import { useFilter } from '../../app/useFilter'
import { Nothing } from '../../components/states'
import { useText } from '../../i18n/useText'

/** The tags of a customer by class and subclass. */
export function Tags({ tags, names }: { tags: Tag[]; names: Names }) {
  const { say } = useText()
  const [q, setQ] = useFilter('q')
  const matches = tags.filter((tag) =>
    `${tag.tagId} ${names.tag(tag.tagId)} ${valueText(tag.value)}`.toLowerCase().includes(q.toLowerCase()),
  )
  const groups = groupByClass(matches, names, say('customer.otherClass'))
  return (
    <div className="stack">
      <Input.Search
        allowClear
        style={{ maxWidth: 300 }}
        placeholder={say('customer.tagSearch')}
        aria-label={say('customer.tagSearch')}
        defaultValue={q}
        onSearch={setQ}
        onChange={(event) => setQ(event.target.value)}
      />
      {groups.length === 0 ? (
        <Nothing />
      ) : (
        groups.map(({ name, tags: some }, i) => (
          <section key={name}>
            <h2 className="part-title">{name}</h2>
            <TagTable tags={some} names={names} hasHeader={i === 0} />
          </section>
        ))
      )}
    </div>
  )
}

function TagTable({ tags, names, hasHeader }: { tags: Tag[]; names: Names; hasHeader: boolean }) {
  const { say, sayCode } = useText()
  return (
    <Table<Tag>
      size="small"
      rowKey="tagId"
      pagination={false}
      dataSource={tags}
      tableLayout="fixed"
      showHeader={hasHeader}
      scroll={{ x: 620 }}
      columns={[
        {
          title: say('customer.tags'),
          width: '32%',
          render: (_, tag) => (
            <>
              {names.tag(tag.tagId)} <span className="quiet mono">{tag.tagId}</span>
            </>
          ),
        },
        { title: say('customer.value'), width: '28%', render: (_, tag) => <b>{valueText(tag.value)}</b> },
        {
          title: say('customer.source'),
          width: '13%',
          render: (_, tag) =>
            tag.live ? (
              <Label variant="filled" color="blue">
                {say('customer.live')}
              </Label>
            ) : (
              sayCode('source', tag.source)
            ),
        },
        {
          title: say('customer.age'),
          width: '17%',
          render: (_, tag) =>
            tag.updateTime ? (
              <Tooltip title={dateTime(tag.updateTime)}>{say('customer.ago', { span: ago(tag.updateTime) })}</Tooltip>
            ) : (
              <span className="quiet">–</span>
            ),
        },
        {
          title: <Tooltip title={say('customer.levelHint')}>{say('customer.level')}</Tooltip>,
          width: '10%',
          align: 'right',
          render: (_, tag) => tag.level,
        },
      ]}
    />
  )
}

function groupByClass(tags: Tag[], { catalog }: Names, other: string): { name: string; tags: Tag[] }[] {
  const subclassOf = new Map((catalog?.tags ?? []).map((tag) => [tag.tagId, tag.subclassId]))
  const groups = (catalog?.tagClasses ?? []).flatMap((each) =>
    each.subclasses.map((sub) => ({
      name: `${each.displayName || each.classId} · ${sub.displayName || sub.subclassId}`,
      tags: tags.filter((tag) => subclassOf.get(tag.tagId) === sub.subclassId),
    })),
  )
  const known = new Set(groups.flatMap((group) => group.tags))
  return [...groups, { name: other, tags: tags.filter((tag) => !known.has(tag)) }].filter((group) => group.tags.length > 0)
}
