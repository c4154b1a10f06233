using Shop.Orders.Services;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddControllers();
builder.Services.AddHttpClient<RateClient>();
builder.Services.AddScoped<OrderService>();

var app = builder.Build();
app.MapControllers();
app.Run();
