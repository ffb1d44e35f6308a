using System.Globalization;
using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Zhice.Api.Calls;
using Zhice.Api.Errors;
using Zhice.Api.Identity;
using Zhice.Api.Requests;
using Zhice.Contracts.Bulk;
using Zhice.Contracts.Catalogs;
using Zhice.V1;
using BulkFormat = Zhice.V1.BulkFormat;

namespace Zhice.Api.Bulk;

/// <summary>Customers in bulk: files come in and go out, operations are begun.</summary>
internal sealed class BulkService(IGrainFactory grains, ICatalogs catalogs, TimeProvider time, IHostApplicationLifetime lifetime)
    : V1.BulkService.BulkServiceBase
{
    private const int MaxChunkBytes = 4 << 20;
    private const long MaxUploadBytes = 256L << 30;
    private const int MaxNameBytes = 256;
    private const int MaxTags = 1_000;
    private const string NoSuchFile = "The operation made no file, or it is on no silo that runs.";
    private static readonly TimeSpan MaxAhead = TimeSpan.FromMinutes(5);

    [Call(CallClass.Bulk, Roles.Data, Audit = AuditRule.None)]
    public override async Task<GetUploadResponse> GetUpload(GetUploadRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        CheckHash(request.Sha256, check);
        check.ThrowIfAny();
        var found = await Upload(request.Sha256).Find();
        return new() { ReceivedBytes = found.ReceivedBytes, Complete = found.IsComplete };
    }

    // A chunk of 4 MiB, and a few bytes that say so.
    [Call(CallClass.Bulk, Roles.Data, MaxMessageBytes = (4 << 20) + (1 << 10), Audit = AuditRule.Change)]
    public override async Task<UploadFileResponse> UploadFile(
        IAsyncStreamReader<UploadFileRequest> requestStream, ServerCallContext context)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        try
        {
            return await ReceiveAsync(new PromptStream<UploadFileRequest>(requestStream, time), end.Token);
        }
        catch (OperationCanceledException) when (IsStopping(context))
        {
            throw ApiError.Fail(
                ErrorReasons.SiloUnavailable,
                "This silo is being stopped. The received bytes are kept; GetUpload returns the offset to continue from.");
        }
    }

    [Call(CallClass.Bulk, Roles.Data, Audit = AuditRule.Change)]
    public override async Task<ImportResponse> Import(ImportRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        CheckHash(request.Sha256, check);
        CheckFormat(request.Format, check);
        check.Text("file_name", request.FileName, MaxNameBytes);
        if (request.HasMaxRejects && request.MaxRejects < 0)
        {
            check.Add("max_rejects", FieldReasons.OutOfRange, "must be 0 or more");
        }

        if (!Enum.IsDefined(request.Mode))
        {
            check.Add("mode", FieldReasons.UnknownName, "must be IMPORT_MODE_CHANGED or IMPORT_MODE_FULL");
        }

        if (request.AsOfTime is not null)
        {
            var asOf = check.Instant("as_of_time", request.AsOfTime);
            if (asOf < 0 || asOf > (time.GetUtcNow() + MaxAhead).ToUnixTimeMilliseconds())
            {
                check.Add(
                    "as_of_time", FieldReasons.OutOfRange,
                    "must lie between 1970 and now: data as of later would overwrite what is yet to happen");
            }
        }

        check.ThrowIfAny();
        var answer = await Operation(GetOperationId(request)).Begin(BulkKind.Import, request.ToByteArray());
        if (!answer.IsRepeated && answer.Record.Phase == Contracts.Bulk.BulkPhase.WaitingForFile)
        {
            await Operation(answer.Record.OperationId).Cancel();
            throw ApiError.Fail(
                ErrorReasons.UploadNotFound, "There is no file with this hash: upload it with UploadFile first.",
                ("sha256", request.Sha256));
        }

        return new() { Operation = OperationMap.ToOperation(answer.Record), Repeated = answer.IsRepeated };
    }

    [Call(CallClass.Bulk, Roles.Data, Audit = AuditRule.Change)]
    public override async Task<ExportResponse> Export(ExportRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        CheckFormat(request.Format, check);
        if (request.TagIds.Count > MaxTags)
        {
            check.Add("tag_ids", FieldReasons.TooMany, $"has {request.TagIds.Count} entries; at most {MaxTags} are allowed");
        }

        var catalog = catalogs.Current;
        foreach (var (at, tagId) in request.TagIds.Index())
        {
            check.Enter("tag_ids", at);
            if (!catalog.TagsById.TryGetValue(tagId, out var tag))
            {
                check.Unknown("", "tag", tagId, catalog.TagsById.Keys);
            }
            else if (tag.Live is not null)
            {
                check.Add("", FieldReasons.NotAllowed, $"'{tagId}' is a live tag: it is computed from events, and not exported");
            }
        }

        check.Exit();
        check.ThrowIfAny();
        var answer = await Operation(Guid.NewGuid().ToString("N")).Begin(BulkKind.Export, request.ToByteArray());
        return new() { Operation = OperationMap.ToOperation(answer.Record) };
    }

    [Call(CallClass.Bulk, Roles.Data, Audit = AuditRule.SensitiveRead)]
    public override async Task DownloadFile(
        DownloadFileRequest request, IServerStreamWriter<DownloadFileResponse> responseStream, ServerCallContext context)
    {
        var check = new RequestCheck();
        if (request.Offset < 0)
        {
            check.Add("offset", FieldReasons.OutOfRange, "must be 0 or more");
        }

        var id = OperationMap.ReadName(request.Name, check);
        check.ThrowIfAny();
        if (await Operation(id).Find() is not { } record)
        {
            throw OperationMap.NotFound(request.Name);
        }

        if (record.Kind == BulkKind.Export && record is not { Phase: Contracts.Bulk.BulkPhase.Done, Fault: BulkFault.None })
        {
            // What is there, if anything, is a part that looks like the whole.
            throw NoFile(request.Name, record.Phase == Contracts.Bulk.BulkPhase.Done
                ? "The export ended without success, so it made no file."
                : "The export has not ended, so its file is not there yet.");
        }

        var name = record.Kind == BulkKind.Import ? BulkFileNames.ForRejects(id) : BulkFileNames.ForExport(id);
        var silo = await FileLocator.FindAsync(grains, name, record.Silo) ?? throw NoFile(request.Name, NoSuchFile);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        try
        {
            await SendAsync(request, silo, name, responseStream, end.Token);
        }
        catch (OperationCanceledException) when (IsStopping(context))
        {
            throw ApiError.Fail(
                ErrorReasons.SiloUnavailable, "This silo is being stopped. Go on elsewhere from the offset that was reached.");
        }
    }

    private async Task<UploadFileResponse> ReceiveAsync(PromptStream<UploadFileRequest> requestStream, CancellationToken end)
    {
        var header = await requestStream.MoveNext(end) ? requestStream.Current.Header : null;
        var check = new RequestCheck();
        CheckHeader(header, check);
        check.ThrowIfAny();

        var upload = Upload(header!.Sha256);
        var found = await upload.Find();
        if (!found.IsComplete && found.ReceivedBytes > header.TotalBytes)
        {
            // More than there can be: the grain throws it away.
            found = await upload.Complete(header.TotalBytes);
        }

        if (!found.IsComplete)
        {
            await upload.CheckRoom(header.TotalBytes - found.ReceivedBytes);
        }

        var at = header.Offset;
        while (!found.IsComplete && await requestStream.MoveNext(end))
        {
            if (requestStream.Current.PartCase != UploadFileRequest.PartOneofCase.Chunk
                || requestStream.Current.Chunk.Length > MaxChunkBytes)
            {
                check.Add("chunk", FieldReasons.Malformed, $"must follow the header: 1 to {MaxChunkBytes} bytes");
                check.ThrowIfAny();
            }

            var chunk = requestStream.Current.Chunk;
            found = await upload.Append(at, chunk.ToByteArray());
            at += chunk.Length;
            if (found.ReceivedBytes < at || at > header.TotalBytes)
            {
                check.Add(
                    "header.offset", FieldReasons.Mismatch,
                    $"leaves a gap or is beyond the end: {found.ReceivedBytes} of {header.TotalBytes} bytes are received");
                check.ThrowIfAny();
            }
        }

        if (!found.IsComplete && at == header.TotalBytes)
        {
            found = await upload.Complete(header.TotalBytes);
            if (!found.IsComplete)
            {
                check.Add(
                    "header.sha256", FieldReasons.Mismatch,
                    "is not the hash of the received bytes, so they are deleted; did the file change during the upload?");
                check.ThrowIfAny();
            }
        }

        return new() { ReceivedBytes = found.ReceivedBytes, Complete = found.IsComplete };
    }

    private static async Task SendAsync(
        DownloadFileRequest request, IBulkSiloGrain silo, string name, IServerStreamWriter<DownloadFileResponse> responseStream,
        CancellationToken end)
    {
        for (var at = request.Offset; ;)
        {
            end.ThrowIfCancellationRequested();
            var chunk = await silo.ReadFile(name, at);
            if (chunk is null)
            {
                throw NoFile(request.Name, NoSuchFile);
            }

            if (chunk.Length == 0)
            {
                return;
            }

            await responseStream.WriteAsync(new() { Chunk = UnsafeByteOperations.UnsafeWrap(chunk) }, end);
            at += chunk.Length;
        }
    }

    private static RpcException NoFile(string name, string sentence) =>
        ApiError.Fail(ErrorReasons.OperationNotFound, sentence, ("name", name));

    private static void CheckHash(string sha256, RequestCheck check)
    {
        if (sha256.Length != 64 || sha256.AsSpan().ContainsAnyExceptInRange('0', 'f') || sha256.Any(letter => letter is > '9' and < 'a'))
        {
            check.Add("sha256", FieldReasons.Malformed, "must be 64 hexadecimal digits, lower case");
        }
    }

    private static void CheckHeader(UploadHeader? header, RequestCheck check)
    {
        if (header is null)
        {
            check.Add("header", FieldReasons.Required, "must be in the first message");
            return;
        }

        CheckHash(header.Sha256, check);
        if (header.TotalBytes is < 0 or > MaxUploadBytes)
        {
            check.Add("header.total_bytes", FieldReasons.OutOfRange, $"must be 0 to {MaxUploadBytes}");
        }

        if (header.Offset < 0 || header.Offset > header.TotalBytes)
        {
            check.Add("header.offset", FieldReasons.OutOfRange, "must be 0 to total_bytes");
        }
    }

    private static void CheckFormat(BulkFormat format, RequestCheck check)
    {
        if (format == BulkFormat.Unspecified || !Enum.IsDefined(format))
        {
            check.Add("format", FieldReasons.Required, "must be BULK_FORMAT_CSV, BULK_FORMAT_NDJSON or BULK_FORMAT_PARQUET");
        }
    }

    // The same content with the same options has the same id.
    private static string GetOperationId(ImportRequest request)
    {
        if (request.Again)
        {
            return Guid.NewGuid().ToString("N");
        }

        var options = string.Create(
            CultureInfo.InvariantCulture,
            $"{request.Sha256} {request.Format} {(request.Mode == ImportMode.Full ? "full" : "changed")} {request.AsOfTime?.ToDateTimeOffset().UtcTicks} {(request.HasMaxRejects ? request.MaxRejects : -1)}");
        return Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(options)).AsSpan(0, 16));
    }

    // The caller is still there: it is the host that ends the call.
    private bool IsStopping(ServerCallContext context) =>
        lifetime.ApplicationStopping.IsCancellationRequested && !context.CancellationToken.IsCancellationRequested;

    private IUploadGrain Upload(string sha256) => grains.GetGrain<IUploadGrain>(sha256);

    private IBulkOperationGrain Operation(string id) => grains.GetGrain<IBulkOperationGrain>(id);
}
