using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Zhice.V1;

namespace Zhice.Cli.Running;

/// <summary>Messages of the API as JSON, every field written, error details included.</summary>
internal static class ProtoJson
{
    private static readonly TypeRegistry ErrorDetails = TypeRegistry.FromFiles(
        ErrorDetailsReflection.Descriptor, BulkServiceReflection.Descriptor);

    private static readonly JsonFormatter Formatter =
        new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true).WithTypeRegistry(ErrorDetails));

    private static readonly JsonParser Parser = new(JsonParser.Settings.Default);

    public static string Format(IMessage message) => Formatter.Format(message);

    /// <summary>Reads an event.</summary>
    /// <exception cref="InvalidProtocolBufferException">The line is none.</exception>
    public static Event ReadEvent(string line) => Parser.Parse<Event>(line);
}
