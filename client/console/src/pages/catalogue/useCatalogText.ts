import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { call } from '../../api/call'
import { CatalogService, type CheckCatalogTextResponse } from '../../api/generated/zhice/v1/catalog_service_pb'
import { useCall } from '../../api/hooks'
import type { ApiError } from '../../api/error'
import { useLater } from '../../app/useLater'

// No id of the catalogue: what is new comes in addition to what is there.
const added = '+'

// A whole part has no id.
const whole = (id: string) => (id === '*' ? '' : id)

/** The text of a part of the catalogue while it is edited, and what the host says of it half a second after the last key. */
export function useCatalogText(part: string, id: string, template = '') {
  const isNew = id === ''
  const read = useCall(CatalogService.method.getCatalogText, { part, id: whole(id) }, { enabled: !isNew })
  const before = isNew ? template : (read.data?.text ?? '')
  const [text, setText] = useState<string | null>(isNew ? template : null)
  useEffect(() => {
    if (text === null && read.data) setText(read.data.text)
  }, [read.data, text])
  const settled = useLater(text, 500)
  const isChanged = text !== null && text !== before
  const checked = useQuery<CheckCatalogTextResponse, ApiError>({
    queryKey: ['CatalogService', 'checkCatalogText', part, id, settled],
    queryFn: ({ signal }) =>
      call(CatalogService.method.checkCatalogText, { part, id: isNew ? added : whole(id), text: settled ?? '' }, signal),
    enabled: settled !== null && (isNew || settled !== before),
    placeholderData: keepPreviousData,
    structuralSharing: false,
  })
  return { read, text, setText, isChanged, isSettled: settled === text && !checked.isFetching, checked }
}
