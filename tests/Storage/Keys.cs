using System.Text;
using Zhice.Storage.States;

namespace Zhice.Storage.Tests;

internal static class Keys
{
    public static StateKey Customer(string id) => new("customer", "state", Encoding.UTF8.GetBytes(id));

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public static string Text(this StoredState? stored) => Encoding.UTF8.GetString(stored!.Value.Payload);
}
