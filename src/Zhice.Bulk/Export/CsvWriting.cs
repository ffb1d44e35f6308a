using CsvHelper;
using Zhice.Bulk.Columns;
using Zhice.Domain.Customers;

namespace Zhice.Bulk.Export;

/// <summary>Writes comma-separated values.</summary>
internal sealed class CsvWriting : RowWriter
{
    private readonly CsvWriter _csv;

    public CsvWriting(FileStream file, ExportJob job, bool isBegun)
        : base(job)
    {
        _csv = CsvWriter.Create(file, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true);
        if (isBegun)
        {
            return;
        }

        _csv.WriteField(ColumnMap.CustomerId);
        foreach (var tag in job.Tags)
        {
            _csv.WriteField(tag.Id);
        }

        foreach (var consent in job.Consents)
        {
            _csv.WriteField(job.GetColumnName(consent));
            _csv.WriteField(ColumnMap.GetTimeColumnName(job.GetColumnName(consent)));
        }

        _csv.EndRecord();
    }

    public override ValueTask WriteAsync(byte[] customerId, CustomerState state, long nowMs)
    {
        _csv.WriteField((ReadOnlySpan<byte>)customerId);
        foreach (var tag in Job.Tags)
        {
            _csv.WriteField(Format(tag, state.Tags, nowMs) ?? "");
        }

        foreach (var consent in Job.Consents)
        {
            var entry = Find(consent, state.Consents);
            _csv.WriteField(entry is { } word ? FormatConsent(word) : "");
            _csv.WriteField(entry is { } said ? Format(said.AtMs) : "");
        }

        return _csv.EndRecordAsync(default);
    }

    public override async ValueTask<byte[]?> KeepAsync()
    {
        await _csv.FlushAsync(default);
        return null;
    }

    public override ValueTask EndAsync() => _csv.FlushAsync(default);

    public override ValueTask DisposeAsync() => _csv.DisposeAsync();
}
