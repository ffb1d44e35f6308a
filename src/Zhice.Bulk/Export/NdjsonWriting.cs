using System.Text.Encodings.Web;
using System.Text.Json;
using Zhice.Bulk.Columns;
using Zhice.Domain.Customers;
using Zhice.Domain.Tags;

namespace Zhice.Bulk.Export;

/// <summary>Writes a JSON object a line. Decimals are strings, for they are exact; what is missing is left out.</summary>
internal sealed class NdjsonWriting(FileStream file, ExportJob job) : RowWriter(job)
{
    private readonly Utf8JsonWriter _json = new(file, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public override ValueTask WriteAsync(byte[] customerId, CustomerState state, long nowMs)
    {
        _json.WriteStartObject();
        _json.WriteString(ColumnMap.CustomerId, customerId);
        foreach (var tag in Job.Tags)
        {
            if (Format(tag, state.Tags, nowMs) is not { } text)
            {
                continue;
            }

            if (tag.Type is TagType.Bool or TagType.Integer)
            {
                _json.WritePropertyName(tag.Id);
                _json.WriteRawValue(text, skipInputValidation: true);
            }
            else
            {
                _json.WriteString(tag.Id, text);
            }
        }

        foreach (var consent in Job.Consents)
        {
            if (Find(consent, state.Consents) is { } entry)
            {
                _json.WriteString(Job.GetColumnName(consent), FormatConsent(entry));
                _json.WriteString(ColumnMap.GetTimeColumnName(Job.GetColumnName(consent)), Format(entry.AtMs));
            }
        }

        _json.WriteEndObject();
        _json.Flush();
        _json.Reset();
        file.WriteByte((byte)'\n');
        return ValueTask.CompletedTask;
    }

    public override ValueTask EndAsync() => ValueTask.CompletedTask;

    public override ValueTask DisposeAsync() => _json.DisposeAsync();
}
