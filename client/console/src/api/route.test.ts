import { create } from '@bufbuild/protobuf'
import { describe, expect, it } from 'vitest'
import { AudienceService, GetAudienceRequestSchema, SaveAudienceRequestSchema } from './generated/zhice/v1/audience_service_pb'
import { CampaignService, GetCampaignRequestSchema } from './generated/zhice/v1/campaign_service_pb'
import { GetReportRequestSchema, MeasurementService, ReportDimension } from './generated/zhice/v1/measurement_service_pb'
import { ListStopsRequestSchema, StopService } from './generated/zhice/v1/stop_service_pb'
import { GetOperationRequestSchema, Operations } from './generated/google/longrunning/operations_pb'
import { readError } from './error'
import { routeOf } from './route'

describe('the REST form of a call', () => {
  it('puts ids into the path, with their signs encoded', () => {
    expect(routeOf(AudienceService.method.getAudience, create(GetAudienceRequestSchema, { audienceId: 'a/b 客' }))).toEqual({
      verb: 'GET',
      path: '/v1/audiences/a%2Fb%20%E5%AE%A2',
    })
  })

  it('keeps the parts of a name that has several', () => {
    expect(routeOf(Operations.method.getOperation, create(GetOperationRequestSchema, { name: 'operations/12 3' })).path).toBe(
      '/v1/operations/12%203',
    )
  })

  it('puts what is not in the path of a GET into the query, lists item by item', () => {
    const request = create(GetReportRequestSchema, { fromDate: '2026-11-01', by: [ReportDimension.DAY, ReportDimension.CHANNEL] })

    expect(routeOf(MeasurementService.method.getReport, request).path).toBe(
      '/v1/reports:get?fromDate=2026-11-01&by=REPORT_DIMENSION_DAY&by=REPORT_DIMENSION_CHANNEL',
    )
    expect(routeOf(StopService.method.listStops, create(ListStopsRequestSchema)).path).toBe('/v1/stops')
    expect(
      routeOf(CampaignService.method.getCampaign, create(GetCampaignRequestSchema, { campaignId: 'c', review: true })).path,
    ).toBe('/v1/campaigns/c?review=true')
  })

  it('sends the whole request as the body, with the id of the path in it', () => {
    const request = create(SaveAudienceRequestSchema, { audience: { audienceId: 'rich', expression: 'true' }, etag: 'new' })

    const { verb, path, body } = routeOf(AudienceService.method.saveAudience, request)

    expect([verb, path]).toEqual(['PUT', '/v1/audiences/rich'])
    expect(JSON.parse(body!)).toEqual({ audience: { audienceId: 'rich', expression: 'true' }, etag: 'new' })
  })
})

describe('an error of the API', () => {
  it('has its reason, its Chinese sentence and the fields that are wrong', () => {
    const error = readError(
      400,
      JSON.stringify({
        message: 'bad',
        details: [
          { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'INVALID_FIELDS' },
          {
            '@type': 'type.googleapis.com/google.rpc.BadRequest',
            fieldViolations: [{ field: 'a.b', reason: 'REQUIRED', description: 'is empty' }],
          },
          { '@type': 'type.googleapis.com/google.rpc.LocalizedMessage', locale: 'zh-CN', message: '字段有误' },
        ],
      }),
    )

    expect([error.reason, error.chinese, error.violations]).toEqual([
      'INVALID_FIELDS',
      '字段有误',
      [{ field: 'a.b', reason: 'REQUIRED', description: 'is empty' }],
    ])
  })

  it('is shown as it came where it is no JSON', () => {
    expect(readError(502, '<html>bad gateway').message).toBe('<html>bad gateway')
  })
})
