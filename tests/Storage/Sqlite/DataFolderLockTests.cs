using System.Diagnostics;
using System.Globalization;
using Xunit;
using Zhice.Domain.Faults;
using Zhice.Storage.Sqlite.Connections;

namespace Zhice.Storage.Tests.Sqlite;

public sealed class DataFolderLockTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_second_owner_is_told_the_folder_and_the_process()
    {
        using var first = DataFolderLock.Take(_folder.Path);
        var fault = Assert.Throws<DataFolderInUseException>(() => DataFolderLock.Take(_folder.Path));
        Assert.Equal(_folder.Path, fault.Folder);
        Assert.Contains(_folder.Path, fault.Message, StringComparison.Ordinal);
        Assert.Contains($"process {Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_was_let_go_can_be_taken()
    {
        DataFolderLock.Take(_folder.Path).Dispose();
        DataFolderLock.Take(_folder.Path).Dispose();
    }

    [Fact]
    public void A_folder_that_is_not_there_is_made()
    {
        using var held = DataFolderLock.Take(Path.Combine(_folder.Path, "new", "folder"));
        Assert.True(File.Exists(Path.Combine(_folder.Path, "new", "folder", "zhice.lock")));
    }

    [Fact]
    public void A_folder_that_cannot_be_is_a_fault_of_the_disk()
    {
        File.WriteAllText(Path.Combine(_folder.Path, "file"), "");
        Assert.Throws<StoreUnavailableException>(() => DataFolderLock.Take(Path.Combine(_folder.Path, "file", "folder")));
    }

    [FactOnLinux]
    public async Task A_process_that_is_killed_lets_the_folder_go()
    {
        using var other = Process.Start(new ProcessStartInfo("flock")
        {
            ArgumentList = { "--no-fork", Path.Combine(_folder.Path, "zhice.lock"), "sh", "-c", "echo held; exec cat" },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Assert.Equal("held", await other.StandardOutput.ReadLineAsync());
        Assert.Throws<DataFolderInUseException>(() => DataFolderLock.Take(_folder.Path));

        other.Kill();
        await other.WaitForExitAsync();
        DataFolderLock.Take(_folder.Path).Dispose();
    }
}
