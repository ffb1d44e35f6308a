using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Zhice.Client;

namespace Zhice.Client.Tests;

public sealed class GrpcFaultTests
{
    [Fact]
    public void A_fault_tells_its_reason_fields_and_pause()
    {
        var status = new Google.Rpc.Status
        {
            Code = (int)Code.InvalidArgument,
            Message = "The catalogue has a fault.",
            Details =
            {
                Any.Pack(new ErrorInfo { Reason = "CATALOG_INVALID", Domain = "zhice.v1", Metadata = { ["version"] = "3" } }),
                Any.Pack(new BadRequest { FieldViolations = { new BadRequest.Types.FieldViolation { Field = "catalog.tags[0].type", Description = "must be set" } } }),
                Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(TimeSpan.FromSeconds(2)) }),
                Any.Pack(new LocalizedMessage { Locale = "zh-CN", Message = "目录有误" }),
            },
        };

        var fault = GrpcFault.From(status.ToRpcException());

        Assert.Equal(StatusCode.InvalidArgument, fault.Code);
        Assert.Equal("CATALOG_INVALID", fault.Reason);
        Assert.Equal("The catalogue has a fault.", fault.Sentence);
        Assert.Equal("目录有误", fault.LocalizedSentence);
        Assert.Equal("3", fault.Metadata["version"]);
        Assert.Equal(new FieldFault("catalog.tags[0].type", "must be set"), Assert.Single(fault.Fields));
        Assert.Equal(TimeSpan.FromSeconds(2), fault.RetryAfter);
        Assert.False(fault.IsUnreachable);
    }

    [Fact]
    public void A_fault_without_details_still_has_its_code_and_sentence()
    {
        var fault = GrpcFault.From(new RpcException(new Grpc.Core.Status(StatusCode.Unavailable, "The store is away.")));

        Assert.Equal(
            (StatusCode.Unavailable, "", "The store is away.", false), (fault.Code, fault.Reason, fault.Sentence, fault.IsUnreachable));
        Assert.Empty(fault.Fields);
    }
}
