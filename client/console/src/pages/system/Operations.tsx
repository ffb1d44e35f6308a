import { anyUnpack } from '@bufbuild/protobuf/wkt'
import { Button, Progress, Table } from 'antd'
import { BulkMetadataSchema } from '../../api/generated/zhice/v1/bulk_service_pb'
import { Operations as OperationsService, type Operation } from '../../api/generated/google/longrunning/operations_pb'
import { useCall, useChange } from '../../api/hooks'
import { count, dateTime } from '../../app/format'
import { useErrorNote } from '../../app/useErrorNote'
import { Answered, Nothing } from '../../components/states'
import { useText } from '../../i18n/useText'

const metadataOf = (operation: Operation) => (operation.metadata ? anyUnpack(operation.metadata, BulkMetadataSchema) : undefined)

/** Imports and exports: they go on when the page is closed, and are found here again. */
export function Operations() {
  const { say } = useText()
  const note = useErrorNote()
  const operations = useCall(OperationsService.method.listOperations, { pageSize: 100 }, { every: 5_000 })
  const cancel = useChange(OperationsService.method.cancelOperation)
  return (
    <Answered of={operations}>
      {(list) => (
        <Table<Operation>
          size="small"
          rowKey="name"
          dataSource={list.operations}
          pagination={{ pageSize: 20, hideOnSinglePage: true }}
          scroll={{ x: 760 }}
          locale={{ emptyText: <Nothing text={say('operation.none')} /> }}
          columns={[
            {
              title: say('operation.name'),
              render: (_, row) => (
                <>
                  <code>{row.name}</code>
                  <div className="quiet">{metadataOf(row)?.fileName}</div>
                </>
              ),
            },
            { title: say('operation.kind'), render: (_, row) => metadataOf(row)?.kind },
            {
              title: say('operation.state'),
              width: 180,
              render: (_, row) =>
                row.done ? (
                  <>
                    {row.result.case === 'error' ? (
                      <>
                        <b>{say('operation.failed')}</b> <span className="quiet">{row.result.value.message}</span>
                      </>
                    ) : (
                      say('operation.done')
                    )}
                  </>
                ) : (
                  <Progress
                    size="small"
                    percent={Math.round((metadataOf(row)?.fraction ?? 0) * 100)}
                    aria-label={say('operation.running')}
                  />
                ),
            },
            { title: say('operation.rows'), align: 'right', render: (_, row) => count(metadataOf(row)?.rows ?? 0n) },
            {
              title: say('operation.rejected'),
              align: 'right',
              render: (_, row) => count(metadataOf(row)?.rejectedRows ?? 0n),
            },
            { title: say('stop.time'), render: (_, row) => dateTime(metadataOf(row)?.createTime) },
            {
              title: '',
              key: 'cancel',
              render: (_, row) =>
                row.done ? null : (
                  <Button size="small" onClick={() => cancel.mutate({ name: row.name }, { onError: note })}>
                    {say('operation.cancel')}
                  </Button>
                ),
            },
          ]}
        />
      )}
    </Answered>
  )
}
